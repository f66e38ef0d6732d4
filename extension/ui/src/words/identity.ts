// A name's colour and shape: always both, so that colour alone never says who it is. Picked from the name itself, so
// that everybody sees the same on every machine.
export type Kind = "person" | "agent" | "system";

/** People are round; agents have corners. */
export type Shape =
  "circle" | "ring" | "square" | "diamond" | "triangle" | "pentagon" | "hexagon" | "star" | "cross";

const AGENT_SHAPES: readonly Shape[] = [
  "square",
  "diamond",
  "triangle",
  "pentagon",
  "hexagon",
  "star",
  "cross",
];
export const COLOURS = 8;

export interface Look {
  readonly shape: Shape;
  /** 0 … 7: the class `colour-N`. */
  readonly colour: number;
  /** One letter for a picture. */
  readonly letter: string;
}

/** FNV-1a: small, and spreads short names well. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return (value ^ (value >>> 15)) >>> 0;
}

export function lookOf(name: string, kind: Kind): Look {
  const number = hash(name.toLowerCase());
  return {
    shape: shapeOf(number, kind),
    colour: number % COLOURS,
    letter: (name[0] ?? "?").toUpperCase(),
  };
}

/** Has no factor in common with the number of colours, so that every colour is tried. */
const STEP = 3;

/**
 * Colours for the names of one place, in the order in which they appeared there: each its own, or the next that fewer
 * have, so that the first eight differ. Who comes later changes nobody's.
 */
export function coloursOf(appeared: Iterable<string>): ReadonlyMap<string, number> {
  const colours = new Map<string, number>();
  const uses = Array.from({ length: COLOURS }, () => 0);
  for (const name of appeared) {
    if (colours.has(name)) continue;
    const least = Math.min(...uses);
    let { colour } = lookOf(name, "agent");
    while ((uses[colour] ?? least) > least) colour = (colour + STEP) % COLOURS;
    uses[colour] = (uses[colour] ?? 0) + 1;
    colours.set(name, colour);
  }
  return colours;
}

function shapeOf(number: number, kind: Kind): Shape {
  if (kind === "person") return "circle";
  if (kind === "system") return "ring";
  return AGENT_SHAPES[Math.floor(number / COLOURS) % AGENT_SHAPES.length] ?? "square";
}
