// SPDX-License-Identifier: AGPL-3.0-or-later
// The product as one tar.gz (POSIX ustar): the same files give the same bytes.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { SourceFile } from './files.ts'

const BLOCK = 512

/**
 * @param folder the name of the one folder that the archive unpacks to.
 * @returns the whole archive, a few megabytes; it is compressed outside the event loop.
 * @throws when a file cannot be read, or its path is longer than the format allows.
 */
export async function archive(root: string, files: readonly SourceFile[], folder: string): Promise<Buffer> {
  const gzip = createGzip()
  const [bytes] = await Promise.all([buffer(gzip), pipeline(tar(root, files, folder), gzip)])
  return bytes
}

async function* tar(root: string, files: readonly SourceFile[], folder: string): AsyncGenerator<Buffer> {
  for (const { path, executable } of files) {
    const bytes = await readFile(join(root, path))
    yield header(`${folder}/${path}`, bytes.length, executable)
    yield bytes
    yield Buffer.alloc(-bytes.length & (BLOCK - 1))
  }
  yield Buffer.alloc(2 * BLOCK)
}

/** No owner and no date: they would tell about the machine, and make each archive another one. */
function header(name: string, size: number, executable: boolean): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, width: number) => value.toString(8).padStart(width, '0')
  if (block.write(name, 0) > 100) throw new Error(`${name} is too long a path for the archive`)
  block.write(octal(executable ? 0o755 : 0o644, 7), 100)
  block.write(octal(0, 7), 108)
  block.write(octal(0, 7), 116)
  block.write(octal(size, 11), 124)
  block.write(octal(0, 11), 136)
  block.write(' '.repeat(8), 148)
  block.write('0', 156)
  block.write('ustar\u000000', 257)
  block.write(
    octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    ) + '\u0000 ',
    148,
  )
  return block
}
