/** After the last test: both services are stopped and their directory is removed. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.pressroomServices?.stop();
}
