// SPDX-License-Identifier: AGPL-3.0-or-later
// A Maildir: each mail is a file of `new` or `cur`, whole as soon as it has its name there.
import { access, lstat, mkdir, open, opendir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** In the form in which Maildir++ names a folder. */
export const SET_ASIDE = '.set-aside'
/** Days during which a mail is known, should it come again, and during which one that was set aside is kept. */
export const KEEP_DAYS = 30
export const MOST_BYTES = 1_000_000
/** Of a mail that is too big: all that is read, for its heads. */
export const HEAD_BYTES = 64 * 1024
/** Names that are put in order at once. */
const MOST_NAMES = 1000

/** `box`: `new` or `cur`. */
export type MailFile = { box: string; name: string }

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/**
 * The first of those that are there, in the order in which they came: their names begin with the second.
 * @throws when the folder is gone.
 */
export async function listMails(folder: string): Promise<MailFile[]> {
  await access(folder)
  const found: MailFile[] = []
  for (const box of ['cur', 'new']) {
    try {
      for await (const { name } of await opendir(join(folder, box))) {
        if (name.startsWith('.')) continue
        found.push({ box, name })
        if (found.length >= MOST_NAMES) break
      }
    } catch (error) {
      // The mail server makes it with the first mail.
      if (!isMissing(error)) throw error
    }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * `isWhole`: false for a mail that is too big, of which only the head is read. Undefined when the file is gone.
 * @throws for what is no file, or cannot be read.
 */
export async function readFileOf(
  folder: string,
  { box, name }: MailFile,
): Promise<{ bytes: Uint8Array; isWhole: boolean } | undefined> {
  const path = join(folder, box, name)
  try {
    const { size, ...stat } = await statOf(path)
    if (!stat.isFile) throw new Error('not a file')
    const isWhole = size <= MOST_BYTES
    const file = await open(path, 'r')
    try {
      const bytes = new Uint8Array(isWhole ? size : HEAD_BYTES)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
      return { bytes: bytes.subarray(0, bytesRead), isWhole }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function statOf(path: string): Promise<{ size: number; isFile: boolean }> {
  const stat = await lstat(path)
  return { size: stat.size, isFile: stat.isFile() }
}

export async function removeMail(folder: string, { box, name }: MailFile): Promise<void> {
  await rm(join(folder, box, name), { force: true })
}

export async function setAside(folder: string, { box, name }: MailFile): Promise<void> {
  for (const one of ['tmp', 'cur', 'new']) await mkdir(join(folder, SET_ASIDE, one), { recursive: true, mode: 0o700 })
  try {
    await rename(join(folder, box, name), join(folder, SET_ASIDE, 'cur', name))
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

export async function removeSetAside(folder: string, name: string): Promise<void> {
  await rm(join(folder, SET_ASIDE, 'cur', name), { force: true, recursive: true })
}
