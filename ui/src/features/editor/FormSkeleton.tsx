// The shape of a form while it is read.
import { Bar, Skeleton } from "@/components";

export function FormSkeleton() {
  return (
    <Skeleton>
      <div className="flex flex-col gap-6 p-5">
        {["w-24", "w-16", "w-32", "w-20"].map((width) => (
          <div key={width} className="flex flex-col gap-2">
            <Bar className={width} />
            <Bar className="h-8 w-full" />
          </div>
        ))}
      </div>
    </Skeleton>
  );
}
