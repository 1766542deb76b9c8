//! Table tests of scalars: JSON in, canonical JSON out.
//! Only compiled for this crate's own tests.

use crate::{Decode, Encode, Value};

/// Each text on the left is read, and written as the text on the right; that is read and written unchanged.
pub(crate) fn assert_reads<T: Decode + Encode>(table: &[(&str, &str)]) {
    for (text, canonical) in table {
        for text in [text, canonical] {
            let value = T::decode(&Value::from_json(text.as_bytes()).unwrap());
            let value = value.unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(value.encode().to_json(), *canonical, "read from {text}");
            assert_eq!(crate::to_json(&value), *canonical, "read from {text}, written without a tree");
        }
    }
}

/// None of the texts is read.
pub(crate) fn assert_refuses<T: Decode + Encode>(texts: &[&str]) {
    for text in texts {
        let value = T::decode(&Value::from_json(text.as_bytes()).unwrap());
        assert!(value.is_err(), "{text} was read as {}", value.ok().unwrap().encode().to_json());
    }
}
