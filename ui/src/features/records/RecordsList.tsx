import type { Table } from "@/backend";
export function RecordsList({ table }: { table: Table }) {
  return <h1 className="p-4 text-16 font-semibold">{table.label}</h1>;
}
