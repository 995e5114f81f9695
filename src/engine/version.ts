/** Part of what the bytes of a file depend on: the same version makes the same file of the same input. */
export const engineVersion = '0.1.0';
