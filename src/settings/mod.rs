//! Defaults and layers to validated settings.
