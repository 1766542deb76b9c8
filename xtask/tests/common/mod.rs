//! A temporary checkout for tests of the commands.
//! Each test file fills it and runs commands in it.

use std::path::PathBuf;

/// A checkout that is gone when the test ends.
pub(crate) struct Checkout(pub(crate) PathBuf);

impl Checkout {
    /// A checkout with nothing but the file that makes a folder one.
    pub(crate) fn empty(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("kontrakt-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        let checkout = Self(root);
        checkout.write("Cargo.toml", "[workspace]\n");
        checkout
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
