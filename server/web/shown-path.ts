// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'

const MASK = '…'
/** Secrets of mailed links are longer; ids, which open nothing by themselves, have another form. */
const LOOKS_SECRET = /^[\w-]{20,}$/
const IS_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const LONGEST = 200

/** A path of this site without its query and without what opens something; '' for another text. */
export function maskSecrets(path: string, secrets: ReadonlySet<string> = new Set()): string {
  const [bare = ''] = path.split(/[?#]/)
  if (!/^\/(?![/\\])[^\s\\]*$/.test(bare)) return ''
  const isSecret = (part: string) => secrets.has(part) || (LOOKS_SECRET.test(part) && !IS_ID.test(part))
  return bare
    .split('/')
    .map((part) => (isSecret(part) ? MASK : part))
    .join('/')
    .slice(0, LONGEST)
}

/** For the log, as the site map has it: a path may hold a secret of a mailed link, a name or an address, however spelt. */
export const routeOf = (req: Request): string =>
  (req.route as { path?: string } | undefined)?.path ?? (req.baseUrl || 'none')

/** The page that somebody looks at, as it may stand in an address: '' when it is no page of the site map. */
export function shownPath(req: Request): string {
  const pattern = routeOf(req)
  if (!pattern.startsWith('/')) return ''
  const own = req.path.split('/')
  const secrets = new Set(pattern.split('/').flatMap((part, at) => (part === ':token' ? [own[at] ?? ''] : [])))
  secrets.delete('')
  return maskSecrets(req.form?.page ?? req.originalUrl, secrets)
}
