// SPDX-License-Identifier: AGPL-3.0-or-later
import type { IncomingMessage } from 'node:http'
import { prefersActivity } from '../../federation/http-replies.ts'
import type { Deps } from '../deps.ts'
import { publicPaths } from '../routes.ts'
import { cookieName } from '../web/session.ts'

/** True for what a process that only reads may answer: public pages without a session, and files of the look. */
export function isPublicRequest(deps: Deps): (req: IncomingMessage) => boolean {
  const paths = publicPaths()
  const cookie = `${cookieName(deps)}=`
  return ({ method, url = '', headers }) => {
    if (method !== 'GET' && method !== 'HEAD') return false
    // Of other sites; a signed one may come from a site that is blocked.
    if (prefersActivity(headers.accept) || 'signature' in headers) return false
    const path = url.split('?', 1)[0]!
    return (paths.test(path) || path.startsWith('/assets/')) && !headers.cookie?.includes(cookie)
  }
}
