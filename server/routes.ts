// SPDX-License-Identifier: AGPL-3.0-or-later
// The site map: verb, path, who may enter, handler. Start reading here.
import type { RequestHandler } from 'express'
import type { Deps } from './deps.ts'
import type { Access } from './web/access.ts'
import type { Handler } from './web/handler.ts'
import * as language from './web/language.ts'

type Make = (deps: Deps) => Handler
export type Route = {
  method: 'get' | 'post'
  path: string
  who: Access
  handler: Make
  /** Steps before the forgery check, for forms that carry a file. */
  before?: (deps: Deps) => RequestHandler[]
}

const get = (path: string, who: Access, handler: Make): Route => ({ method: 'get', path, who, handler })
const post = (path: string, who: Access, handler: Make, before?: Route['before']): Route => ({
  method: 'post',
  path,
  who,
  handler,
  ...(before && { before }),
})

export const routes: readonly Route[] = [
  // Every page
  post('/language', 'anyone', language.choose),

  // First start, sign-in, own account (accounts)

  // Front page, settings, logo, static pages (association)

  // Searching, one offer, feeds, open data (search)

  // Applying and answering (applications)

  // Writing offers (offers)

  // Volunteers and roles (people)

  // Hours (hours)

  // Centres and members (partners)

  // Reading over members' offers (moderation)

  // The operator's pages (operator)
]
void get
