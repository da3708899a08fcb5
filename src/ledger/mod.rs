//! SQLite lives only here: owner, migrations, append, requests, views.
