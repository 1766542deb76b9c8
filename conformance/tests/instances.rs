//! Every schema of the three APIs: what is drawn for it satisfies it, in the eyes of another implementation.
//! `KONTRAKT_CASES` sets how many instances of each schema are drawn.

mod common;

use kontrakt_conformance::check::Checker;
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::schemas::Validators;

#[test]
fn instances_of_every_schema_are_valid() {
    for api in common::APIS {
        let contract = common::contract(api);
        let validators = Validators::new(&contract).unwrap();
        let schemas = common::roots(&contract);
        let instances = Instances::new(&contract, schemas.iter().copied());
        let checker = Checker::new(&contract);
        let mut empty: Vec<String> = Vec::new();
        let cases = common::cases(12);
        for id in schemas {
            let values = match instances.of(id) {
                Ok(values) => values,
                Err(complaint) => {
                    empty.push(complaint.json_pointer().unwrap().to_string());
                    continue;
                }
            };
            let validator = validators.get(&contract, id).unwrap();
            for seed in 0..cases {
                let value = values.value(seed).unwrap_or_else(|| panic!("{api}: {values:?}: no luck with {seed}"));
                let pointer = &contract[id].pointer;
                assert!(
                    validator.is_valid(&value),
                    "{api} {pointer}: {value} {:?}",
                    validator.iter_errors(&value).next()
                );
                assert!(checker.accepts(id, &value), "{api} {pointer}: {value}");
            }
        }
        assert!(empty.is_empty(), "{api}: no value satisfies {empty:#?}");
    }
}
