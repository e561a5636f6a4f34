// The sample workspace of the fake: airfields, inspections, defects, with every kind of column.
import type { Column, ColumnKind, Schema } from "../bindings";

function column(name: string, label: string, kind: ColumnKind, more: Partial<Column> = {}): Column {
  return {
    name,
    label,
    help: null,
    kind,
    required: false,
    unique: false,
    read_only: false,
    default: null,
    merge: null,
    ...more,
  };
}

const text = (
  max: number | null = null,
  pattern: string | null = null,
  hint: string | null = null,
): ColumnKind => ({
  type: "text",
  min_length: null,
  max_length: max,
  pattern,
  pattern_hint: hint,
});
const choice = (...labels: string[]): ColumnKind => ({
  type: "choice",
  choices: labels.map((label) => ({ value: label.toLowerCase().replaceAll(" ", "_"), label })),
});

export const schema: Schema = {
  name: "Airfield inspections",
  version: 1,
  tables: [
    {
      name: "airfields",
      label: "Airfields",
      singular: "airfield",
      title: "name",
      icon: "plane",
      merge: "merge",
      columns: [
        column("name", "Name", text(120), { required: true }),
        column("icao", "ICAO", text(4, "[A-Z0-9]{4}", "Four capital letters or digits"), { unique: true }),
        column("iata", "IATA", text(3, "[A-Z0-9]{3}", "Three capital letters or digits")),
        column("city", "City", text(80)),
        column("region", "Region", text(80)),
        column("country", "Country", text(2, "[A-Z]{2}", "Two capital letters"), { required: true }),
        column("elevation_ft", "Elevation", { type: "integer", min: -1500, max: 20000, unit: "ft" }),
        column("position", "Position", { type: "location" }),
        column("time_zone", "Time zone", text(40)),
        column("website", "Website", { type: "link" }),
      ],
    },
    {
      name: "inspections",
      label: "Inspections",
      singular: "inspection",
      title: "title",
      icon: "clipboard-check",
      merge: "merge",
      columns: [
        column("title", "Title", text(120), { required: true }),
        column("airfield", "Airfield", { type: "reference", table: "airfields" }, { required: true }),
        column("condition", "Condition", choice("Good", "Fair", "Poor", "Closed"), {
          required: true,
          default: "good",
        }),
        column("runway", "Runway", text(8, "[0-9]{2}[LCR]?(/[0-9]{2}[LCR]?)?", "Like 09L/27R")),
        column("surface_checks", "Checked", {
          type: "multi_choice",
          choices: [
            { value: "surface", label: "Surface" },
            { value: "lights", label: "Lights" },
            { value: "markings", label: "Markings" },
            { value: "drainage", label: "Drainage" },
          ],
        }),
        column("inspected_at", "Inspected at", { type: "date_time" }),
        column("next_due", "Next due", { type: "date", min: null, max: null }),
        column(
          "friction",
          "Friction",
          { type: "real", min: 0, max: 1, unit: "µ" },
          { help: "Measured at 65 km/h" },
        ),
        column("closed", "Closed", { type: "boolean" }, { default: false }),
        column("notes", "Notes", { type: "long_text", max_length: 4000 }),
      ],
    },
    {
      name: "defects",
      label: "Defects",
      singular: "defect",
      title: "title",
      icon: "triangle-alert",
      merge: "merge",
      columns: [
        column("title", "Title", text(120), { required: true }),
        column("inspection", "Inspection", { type: "reference", table: "inspections" }),
        column("airfield", "Airfield", { type: "reference", table: "airfields" }),
        column("severity", "Severity", choice("Low", "Medium", "High"), { required: true, default: "low" }),
        column("found_on", "Found on", { type: "date", min: null, max: null }),
        column("fixed", "Fixed", { type: "boolean" }, { default: false }),
        column("description", "Description", { type: "long_text", max_length: 2000 }),
      ],
    },
  ],
  notify: [
    {
      name: "airfields_city",
      label: "An airfield in my city is new",
      table: "airfields",
      to: "city",
      when: null,
    },
  ],
};
