/** The clock of the process is wrong by SABOTAGE_SKEW_MS: all that asks for the time of day, and nothing that measures how long something takes. */
const skewMs = Number(process.env.SABOTAGE_SKEW_MS);
const RightDate = Date;
const now = () => RightDate.now() + skewMs;

globalThis.Date = new Proxy(RightDate, {
  construct: (target, given, made) =>
    Reflect.construct(target, given.length > 0 ? given : [now()], made === globalThis.Date ? target : made),
  apply: () => new RightDate(now()).toString(),
  get: (target, member) => (member === 'now' ? now : Reflect.get(target, member)),
});
