//! From typed values to the tree, and to the text of paths, queries and headers.
//! Writing is strict: one form per type, the one that the API asks for.

use crate::value::{Value, write};

/// A value that can be written as JSON.
pub trait Encode {
    /// The value as JSON, borrowing what it can.
    fn encode(&self) -> Value<'_>;

    /// Appends the value as JSON text. What consists of other values implements it, so that no tree is needed.
    #[doc(hidden)]
    fn encode_to(&self, out: &mut Vec<u8>) {
        write(&self.encode(), out);
    }

    /// Whether an optional member with this value is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Encode::encode)
    }

    fn encode_to(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.encode_to(out),
            None => write(&Value::Null, out),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self) -> Value<'_> {
        self.as_slice().encode()
    }

    fn encode_to(&self, out: &mut Vec<u8>) {
        self.as_slice().encode_to(out);
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self) -> Value<'_> {
        Value::List(self.iter().map(Encode::encode).collect())
    }

    fn encode_to(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (at, item) in self.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            item.encode_to(out);
        }
        out.push(b']');
    }
}

/// A value that can stand in a path, a query or a header.
pub trait Param {
    /// Calls `each` with every text of the value: once for a single value, once per item for a list.
    fn each(&self, each: &mut dyn FnMut(&str));
}

impl<T: Param + ?Sized> Param for &T {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        T::each(self, each);
    }
}

impl<T: Param> Param for [T] {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        self.iter().for_each(|item| item.each(each));
    }
}

impl<T: Param> Param for Vec<T> {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        self.as_slice().each(each);
    }
}

impl<T: Param, const N: usize> Param for [T; N] {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        self.as_slice().each(each);
    }
}
