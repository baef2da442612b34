/**
 * A file that the service is configured by cannot be used. The message is one line that names each bad field by its
 * index, and shows no value: a value may be a secret in the wrong place.
 */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}
