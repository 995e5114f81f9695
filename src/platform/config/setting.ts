/** One setting, as settings.ts lists them. */
export interface Setting {
  /** Environment variable. A secret may also come from a file: `<env>_FILE` names it. */
  env: string;
  type: 'url' | 'text' | 'integer' | 'duration' | 'durations' | 'size' | 'choice' | 'networks';
  /** Written as an operator would write it; absent means required by the processes that use it. */
  default?: string;
  choices?: readonly string[];
  /** Of a URL. */
  schemes?: readonly string[];
  example?: string;
  min?: number;
  max?: number;
  secret?: boolean;
  doc: string;
}
