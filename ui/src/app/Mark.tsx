/** The app's mark: a light on the horizon. */
export function Mark() {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className="size-6 shrink-0">
      <rect width="32" height="32" rx="8" className="fill-[#0b6e69]" />
      <path d="M4 20.5h24" className="stroke-[#bfe9e3]" strokeWidth="2" strokeLinecap="round" />
      <path d="M9 25h14" className="stroke-[#bfe9e3] opacity-55" strokeWidth="2" strokeLinecap="round" />
      <path d="M10 20.5a6 6 0 0 1 12 0z" className="fill-[#ffe3a3]" />
      <path
        d="M16 7.5v3M7.5 11l2 2M24.5 11l-2 2"
        className="stroke-[#ffe3a3]"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
