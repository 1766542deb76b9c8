//! A temporary checkout for tests of the commands.
//! Each test file fills it and runs commands in it.

use std::path::PathBuf;

use tempfile::TempDir;

/// A checkout that is gone when the test ends.
pub(crate) struct Checkout {
    pub(crate) root: PathBuf,
    _folder: TempDir,
}

impl Checkout {
    /// A checkout with nothing but the file that makes a folder one.
    pub(crate) fn empty(name: &str) -> Self {
        let folder = tempfile::Builder::new().prefix(&format!("kontrakt-{name}-")).tempdir().unwrap();
        let checkout = Self { root: folder.path().to_owned(), _folder: folder };
        checkout.write("Cargo.toml", "[workspace]\n");
        checkout
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}
