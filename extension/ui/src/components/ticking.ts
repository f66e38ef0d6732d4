// Two clocks for everything that shows how long something took: each runs only while somebody listens to it.
import type { Stop } from "#protocol/connection";

export type Pace = "fast" | "slow";

const EVERY_MS: Readonly<Record<Pace, number>> = { fast: 1_000, slow: 20_000 };

interface Clock {
  readonly listeners: Set<() => void>;
  timer: ReturnType<typeof setInterval> | undefined;
}

const clocks: Readonly<Record<Pace, Clock>> = {
  fast: { listeners: new Set(), timer: undefined },
  slow: { listeners: new Set(), timer: undefined },
};

export function onTick(pace: Pace, listener: () => void): Stop {
  const clock = clocks[pace];
  clock.listeners.add(listener);
  clock.timer ??= setInterval(() => {
    if (document.visibilityState === "hidden") return;
    for (const one of [...clock.listeners]) one();
  }, EVERY_MS[pace]);
  return () => {
    clock.listeners.delete(listener);
    if (clock.listeners.size > 0) return;
    clearInterval(clock.timer);
    clock.timer = undefined;
  };
}
