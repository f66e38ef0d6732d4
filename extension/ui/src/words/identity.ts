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

function shapeOf(number: number, kind: Kind): Shape {
  if (kind === "person") return "circle";
  if (kind === "system") return "ring";
  return AGENT_SHAPES[Math.floor(number / COLOURS) % AGENT_SHAPES.length] ?? "square";
}
