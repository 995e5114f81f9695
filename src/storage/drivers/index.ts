import type { Storage, StorageLocation } from '../storage';
import { LocalStorage } from './local/local-storage';

/** All storage drivers by name. */
const drivers = {
  local: (location: StorageLocation) => new LocalStorage(location.directory),
};

export function openStorage(location: StorageLocation): Storage {
  return drivers[location.driver](location);
}
