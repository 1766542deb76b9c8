//! serde's traits for scalars, by way of the tree.
//! For programs that store such values in their own types, files and databases.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    CompactDateTime, Date, DateTime, DecimalString, Fixed, Json, LocalDateTime, Map, Number, Patch, Scalar, UnixTime,
};
use crate::decode::Decode;
use crate::encode::Encode;
use crate::expansion;
use crate::feed::Mark;

macro_rules! by_way_of_the_tree {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => { $(
        impl<'de, $($generics)*> Deserialize<'de> for $type where Self: Decode {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                expansion::deserialize(from)
            }
        }

        impl<$($generics)*> Serialize for $type where Self: Encode {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                expansion::serialize(self, to)
            }
        }
    )* };
}

by_way_of_the_tree! {
    [] CompactDateTime,
    [] Date,
    [] DateTime,
    [] DecimalString,
    [] Json,
    [] LocalDateTime,
    [] Mark,
    [] Number,
    [] Scalar,
    [] UnixTime,
    [const SCALE: u32] Fixed<SCALE>,
    [T] Map<T>,
    [T] Patch<T>,
}
