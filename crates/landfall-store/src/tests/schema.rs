//! The DDL, as it is on disk.

use super::world::*;

#[test]
fn the_ddl_of_a_workspace() {
    let laptop = Device::new("laptop");
    let ddl = laptop
        .store
        .read(|conn, _| {
            let mut statement = conn.prepare(
                "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '%$search\\_%' ESCAPE '\\' \
                 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            )?;
            let lines: Vec<String> = statement.query_map([], |sql| sql.get(0))?.collect::<Result<_, _>>()?;
            Ok(lines.join(";\n\n"))
        })
        .unwrap();
    insta::assert_snapshot!(ddl);
}
