//! The embedded flow pack or a folder, to named texts.
