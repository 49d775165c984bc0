//! Which names are found in a file, and which are not taken for fields.

use super::{Reserved, reserved};

#[test]
fn a_field_with_a_reserved_name_is_found_with_its_message_its_line_and_a_language() {
    let text = "message Line {\n  // From where.\n  uint64 from = 1;\n  oneof what {\n    bytes private = 2 [deprecated = true];\n  }\n}\n";
    let found = |line, field: &str, language| Reserved { line, field: field.to_owned(), language };
    assert_eq!(reserved(text), [found(3, "Line.from", "Python"), found(5, "Line.private", "Java")]);
}

#[test]
fn comments_values_and_reserved_numbers_are_no_fields() {
    let text = "// string from = 1;\nenum Side {\n  // From.\n  SIDE_FROM = 1;\n}\nmessage Empty {}\nmessage WarrantOffence {\n  \
                reserved 3;\n  PartialDate began = 2;\n  string by = 4;\n}\n";
    assert_eq!(reserved(text), []);
}
