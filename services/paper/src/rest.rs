//! What a layout has no row for: a later field, a code that only a later release knows, an entry beyond those a form has room
//! for. Owns the box in which it stands, so that paper never tells less than the form. It must not leave anything out.

use crate::catalogue::Chosen;
use crate::form::Form;
use crate::sheet::{Row, SheetBox};
use crate::spell::spell;
use crate::words::Common;

/// The box of what no row has; none where every value was printed.
pub(crate) fn rest_box(chosen: &Chosen, form: &Form) -> Option<SheetBox> {
    let rows: Vec<Row> = form
        .unprinted()
        .into_iter()
        .map(|(path, value)| Row::Field {
            label: format!("{path}:"),
            values: vec![vec![spell(chosen, &path, value)]],
            below: false,
            indent: false,
            corrected: None,
        })
        .collect();
    let title = chosen.common.text("rest").to_owned();
    (!rows.is_empty()).then_some(SheetBox { letter: String::new(), title, rows })
}

/// The box of the faults of a draft; none where it has none.
pub(crate) fn faults_box(faults: &[String], common: &Common) -> Option<SheetBox> {
    let row = |fault: &String| Row::Field {
        label: String::new(),
        values: vec![vec![fault.clone()]],
        below: true,
        indent: false,
        corrected: None,
    };
    let title = common.text("faults").to_owned();
    let rows = faults.iter().map(row).collect();
    (!faults.is_empty()).then_some(SheetBox { letter: String::new(), title, rows })
}
