// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures of the guides. The browser makes them from the demonstration (`npm run browser -- pictures`), with the list of
// their sizes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from '../base/once.ts'

export const PICTURES = join(import.meta.dirname, '../../views/pictures/help')
/** `digest`: the beginning of that of the file, so that browsers may keep it without end. */
export type Picture = { width: number; height: number; digest: string }

/** Of the picture of the same page for narrow screens. */
export const narrowName = (name: string): string => `${name}-narrow`

/** By file name without its ending, such as `volunteer-find.fr`. */
export const listPictures = once(
  () => JSON.parse(readFileSync(join(PICTURES, 'list.json'), 'utf8')) as Record<string, Picture>,
)

export const pictureUrl = (name: string, { digest }: Picture): string => `/help/pictures/${name}.${digest}.webp`

/** Undefined for an address that is, or was, none of ours. */
export function pictureFile(address: string): string | undefined {
  const [name = '', language = '', digest] = address.split('.')
  const picture = Object.hasOwn(listPictures(), `${name}.${language}`) && listPictures()[`${name}.${language}`]
  return picture && address === `${name}.${language}.${digest}.webp` && digest === picture.digest
    ? join(PICTURES, `${name}.${language}.webp`)
    : undefined
}
