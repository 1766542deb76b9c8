//! What each kind of finding is told from.
