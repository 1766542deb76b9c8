//! The place in an object up to which its members have been read.
//! Both forms of an object, the tape and the tree, are read by it.

/// Where the members of one object are read. The search for a member begins behind the one that was read last, so that
/// members in document order are found at once; then it goes on with those that were passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cursor {
    /// Behind the member that was read last.
    pub(super) next: usize,
    /// All members before this one have been read. Nobody asks for them again.
    pub(super) unread: usize,
}
