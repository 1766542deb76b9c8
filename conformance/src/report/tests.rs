//! Reports of one outcome in every form.
