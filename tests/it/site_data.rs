//! The data file that the program on the server reads: `tests/cases/site/NAME/firstlight.yaml`, and the `site.json` that
//! it makes. The tests of that program read the same files.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::common::{cases, compare, name, root, settle};

#[test]
fn the_data_is_as_the_schema_says() {
    let schema = fs::read_to_string(root().join("profiles/_host/site.schema.json")).expect("a schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let schema = jsonschema::draft202012::new(&schema).expect("a schema");
    let mut problems = Vec::new();
    for case in cases("site", "firstlight.yaml") {
        let config = fs::read_to_string(case.join("firstlight.yaml")).expect("a configuration");
        let made = match firstlight::render(&config) {
            Ok(made) => made,
            Err(report) => panic!("{}: {}", name(&case), report.human(false)),
        };
        let data = serde_json::to_value(&made.site).expect("JSON");
        for error in schema.iter_errors(&data) {
            problems.push(format!("{}: {error} at {}", name(&case), error.instance_path()));
        }
        let text = serde_json::to_string_pretty(&made.site).expect("JSON") + "\n";
        let expected = BTreeMap::from([("site.json".to_owned(), text.into_bytes())]);
        compare(&case, &["firstlight.yaml"], &expected, &mut problems);
    }
    settle(&problems);
}
