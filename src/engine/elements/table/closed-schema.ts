/** JSON Schema of an object that has no other members than these. */
export const closed = (properties: object, required: readonly string[] = []): object => {
  return { type: 'object', additionalProperties: false, required, properties };
};
