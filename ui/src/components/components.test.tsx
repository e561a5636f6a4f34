import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Inbox } from "lucide-react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import type { Column, ColumnKind, FieldValue } from "@/backend";
import { CommandFailed } from "@/backend";
import { expectNoAxeViolations } from "@/test";
import {
  AlertDialog,
  Button,
  Checkbox,
  Chip,
  ComboBox,
  DateInput,
  DateTimeInput,
  EmptyState,
  ErrorNote,
  IconButton,
  Menu,
  MultiChoice,
  NumberInput,
  Select,
  Switch,
  SyncMark,
  TextArea,
  TextInput,
  Toasts,
  toast,
  ValueDiff,
  valueText,
} from ".";

const column = (kind: ColumnKind): Column => ({
  name: "c",
  label: "C",
  help: null,
  kind,
  required: false,
  unique: false,
  read_only: false,
  default: null,
  merge: null,
});

function NumberField({ heard }: { heard: (value: number | null) => void }) {
  const [value, setValue] = useState<number | null>(5);
  return (
    <NumberInput
      label="N"
      value={value}
      onChange={(next) => {
        setValue(next);
        heard(next);
      }}
    />
  );
}

describe("fields", () => {
  it("have names, help and errors that a screen reader finds", async () => {
    const none = () => {};
    const { container } = render(
      <main>
        <TextInput
          label="Name"
          value=""
          onChange={none}
          isRequired
          help="As on the sign"
          error="Enter a value."
        />
        <TextArea label="Notes" value="" onChange={none} />
        <NumberInput label="Elevation" value={12} onChange={none} unit="ft" />
        <Select label="Condition" value="good" onChange={none} options={[{ id: "good", label: "Good" }]} />
        <ComboBox label="Airfield" value={null} onChange={none} text="" onText={none} options={[]} />
        <MultiChoice label="Checked" value={[]} onChange={none} options={[{ id: "a", label: "Lights" }]} />
        <DateInput label="Due" value="2026-11-23" onChange={none} />
        <DateTimeInput label="At" value="2026-11-23T10:41:00Z" onChange={none} />
        <Checkbox isSelected onChange={none}>
          Closed
        </Checkbox>
        <Switch label="Work offline" isSelected={false} onChange={none} />
      </main>,
    );
    const name = screen.getByRole("textbox", { name: /Name/ });
    expect(name.getAttribute("aria-invalid")).toBe("true");
    await expectNoAxeViolations(container);
  });

  it("give a number as typed, and none when emptied", async () => {
    const user = userEvent.setup();
    const heard = vi.fn();
    render(<NumberField heard={heard} />);
    const box = screen.getByRole("textbox", { name: "N" });
    await user.clear(box);
    await user.tab();
    expect(heard).toHaveBeenLastCalledWith(null);
    await user.type(box, "1234.5");
    await user.tab();
    expect(heard).toHaveBeenLastCalledWith(1234.5);
  });

  it("keep the order of the choices in a multi-choice", async () => {
    const user = userEvent.setup();
    const heard = vi.fn();
    render(
      <MultiChoice
        label="Checked"
        value={["b"]}
        onChange={heard}
        options={[
          { id: "a", label: "A" },
          { id: "b", label: "B" },
        ]}
      />,
    );
    await user.click(screen.getByRole("checkbox", { name: "A" }));
    expect(heard).toHaveBeenCalledWith(["a", "b"]);
  });
});

describe("values", () => {
  it.each<[string, ColumnKind, FieldValue, string]>([
    [
      "an integer with its unit",
      { type: "integer", min: null, max: null, unit: "ft" },
      12345,
      "12,345\u202fft",
    ],
    ["a day", { type: "date", min: null, max: null }, "2026-11-23", "Nov 23, 2026"],
    ["yes", { type: "boolean" }, true, "Yes"],
    ["a choice", { type: "choice", choices: [{ value: "g", label: "Good" }] }, "g", "Good"],
    ["a place", { type: "location" }, { lat: -53.1, lon: 70.25 }, "53.1000° S, 70.2500° E"],
    ["no value", { type: "long_text", max_length: null }, null, ""],
  ])("show %s", (_, kind, value, text) => {
    expect(valueText(column(kind), value)).toBe(text);
  });

  it("show a change with marks besides colour (U84)", () => {
    const { container } = render(<ValueDiff column={column({ type: "boolean" })} old={false} new={true} />);
    expect(container.querySelector("del")?.textContent).toMatch(/^−.*No$/);
    expect(container.querySelector("ins")?.textContent).toMatch(/^\+.*Yes$/);
  });

  it("strike out and underline nothing where a value came or went as a whole", () => {
    const both = column({ type: "boolean" });
    const came = render(<ValueDiff column={both} old={null} new={true} />).container;
    expect(came.querySelector("del")).toBeNull();
    expect(came.textContent).toContain("no value");
    const went = render(<ValueDiff column={both} old={true} new={null} />).container;
    expect(went.querySelector("ins")).toBeNull();
    expect(went.textContent).toContain("No value");
  });

  it("show of a long text what changed, and how much did not", () => {
    const story = `${"The strip is dry and level. ".repeat(9)}Two lamps are weak.`;
    const { container } = render(
      <ValueDiff
        column={column({ type: "long_text", max_length: null })}
        old={story}
        new={story.replace("weak", "dead")}
      />,
    );
    expect(container.querySelector("del")?.textContent).toContain("weak");
    expect(container.querySelector("ins")?.textContent).toContain("dead");
    expect(container.textContent).toMatch(/\d+ words unchanged/);
    expect(container.textContent).not.toContain(story);
  });
});

describe("actions", () => {
  it("are named, with their tooltips and menus", async () => {
    const user = userEvent.setup();
    const done = vi.fn();
    const { container } = render(
      <main>
        <Button>Save</Button>
        <IconButton icon={Inbox} label="Open outbox" />
        <Chip isSelected count="2" onChange={() => {}}>
          Waiting
        </Chip>
        <Menu
          label="More"
          trigger={<Button>More</Button>}
          groups={[{ id: "a", actions: [{ id: "x", label: "Delete", onAction: done }] }]}
        />
        <SyncMark mark="conflict" href="#/x" />
        <EmptyState icon={Inbox} title="Nothing" />
      </main>,
    );
    await expectNoAxeViolations(container);
    expect(screen.getByRole("link", { name: "Needs you: changed here and elsewhere" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    expect(done).toHaveBeenCalledOnce();
  });

  it("that can't be undone ask first", async () => {
    const user = userEvent.setup();
    const confirm = vi.fn();
    render(
      <AlertDialog isOpen onClose={() => {}} title="Delete?" confirm="Delete" onConfirm={confirm} danger>
        Gone.
      </AlertDialog>,
    );
    const dialog = screen.getByRole("alertdialog", { name: "Delete?" });
    await user.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect(confirm).toHaveBeenCalledOnce();
  });

  it("can be undone from the message that tells of them", async () => {
    const user = userEvent.setup();
    const undo = vi.fn();
    render(<Toasts />);
    toast({ text: "3 records deleted", action: { label: "Undo", onAction: undo } });
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    expect(undo).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.queryByText("3 records deleted")).toBeNull());
  });
});

describe("errors (U88)", () => {
  it("say what happened, what is safe and what to do, and never the raw message", async () => {
    const error = new CommandFailed({
      code: "storage_full",
      message: "SQLITE_FULL (13)",
      field_errors: [],
      retryable: true,
    });
    const { container } = render(<ErrorNote error={error} onRetry={() => {}} />);
    expect(container.textContent).toContain("storage is full");
    expect(container.textContent).toContain("is safe");
    expect(container.textContent).not.toContain("SQLITE_FULL");
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
    await expectNoAxeViolations(container);
  });
});
