/** What the bytes of a file were made from: whoever has all of it can make the same file again. Hashes are SHA-256, in hex. */
export interface Provenance {
  readonly engineVersion: string;
  /** The stored template that the definition is a version of, where it is one. */
  readonly template: { readonly name: string; readonly version: number } | null;
  /** Of the definition's canonical JSON (RFC 8785). */
  readonly definitionHash: string;
  /** Of the canonical JSON of the parameters, defaults filled in. */
  readonly parametersHash: string;
  /** BCP 47. */
  readonly locale: string;
  /** IANA name. */
  readonly timeZone: string;
  /** The time that the report prints: RFC 3339, UTC, milliseconds. */
  readonly asOf: string;
  /** By dataset; one that the report declares and does not use is not read, and has no rows. */
  readonly data: Readonly<
    Record<
      string,
      {
        /** Rows that were read, those that were left out for a fault among them. */
        readonly rows: number;
        /** Of the values of the declared fields, the same for CSV and JSON; `DataHash` says to the byte what is hashed. */
        readonly hash: string;
      }
    >
  >;
}
