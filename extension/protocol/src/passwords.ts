// Passwords of rooms: one to suggest, and a first look at one that a person chose.

/** Without the letters and digits that are mistaken for each other when read aloud. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_CHARACTERS = 4;
/** Above it a byte would favour the first letters. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length);

const WEAK_CHARACTERS = 12;
const WEAK_DISTINCT = 6;

/** Some 80 bits, in groups that one can type on a phone. `random` fills what it is given. */
export function suggestedPassword(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * GROUP_CHARACTERS) {
    for (const byte of random(new Uint8Array(GROUPS * GROUP_CHARACTERS))) {
      if (byte < FAIR_BYTES) letters.push(ALPHABET.charAt(byte % ALPHABET.length));
    }
  }
  const groups = Array.from({ length: GROUPS }, (_, at) =>
    letters.slice(at * GROUP_CHARACTERS, (at + 1) * GROUP_CHARACTERS).join(""),
  );
  return groups.join("-");
}

/** Whether it is surely weak: the server judges better, once the room is open. */
export const looksWeak = (password: string): boolean =>
  password.length < WEAK_CHARACTERS || new Set(password.toLowerCase()).size < WEAK_DISTINCT;
