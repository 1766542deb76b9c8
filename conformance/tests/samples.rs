//! Every type has a sample, and reads it again as what it is.

use kontrakt_runtime::codec::Codec;

#[test]
fn every_type_has_a_sample_and_reads_it_again() {
    let tables: [(&str, &[Codec]); 3] = [
        ("clipsan", clipsan::codecs::CODECS),
        ("shoptet", shoptet::codecs::CODECS),
        ("upgates", upgates::codecs::CODECS),
    ];
    for (api, codecs) in tables {
        assert!(!codecs.is_empty());
        for codec in codecs {
            let place = format!("{api} {} {:?}", codec.operation, codec.side);
            let sample = (codec.sample)().unwrap_or_else(|| panic!("{place} has no sample"));
            let again = (codec.reencode)(&sample, "").unwrap_or_else(|error| panic!("{place}: {error}\n{sample}"));
            assert_eq!(sample, again, "{place}");
        }
    }
}
