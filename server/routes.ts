// SPDX-License-Identifier: AGPL-3.0-or-later
// The site map: verb, path, who may enter, handler. Start reading here.
import type { RequestHandler } from 'express'
import type { Deps } from './deps.ts'
import * as signIn from './accounts/handlers/sign-in.ts'
import type { Access } from './web/access.ts'
import type { Handler } from './web/handler.ts'
import * as hours from './hours/handlers.ts'
import * as hoursSettings from './hours/settings.ts'
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
  get('/sign-in', 'anyone', signIn.show),
  post('/sign-in', 'anyone', signIn.signIn),
  post('/sign-out', 'anyone', signIn.signOut),

  // Front page, settings, logo, static pages (association)

  // Searching, one offer, feeds, open data (search)

  // Applying and answering (applications)

  // Writing offers (offers)

  // Volunteers and roles (people)

  // Hours (hours)
  get('/my/hours', 'signedIn', hours.my),
  post('/my/hours', 'signedIn', hours.recordMine),
  get('/my/hours.csv', 'signedIn', hours.exportMine),
  get('/my/hours/:entry/correction', 'signedIn', hours.correctMine),
  post('/my/hours/:entry/withdrawal', 'signedIn', hours.withdrawMine),
  get('/work/hours', 'hoursReader', hours.index),
  get('/work/hours.csv', 'hoursReader', hours.exportAll),
  post('/work/hours/approval', 'coordinator', hours.approve),
  get('/work/hours/new', 'coordinator', hours.fresh),
  post('/work/hours/new', 'coordinator', hours.recordForOther),
  get('/work/hours/statement', 'hoursReader', hours.statement),
  get('/work/hours/statement.csv', 'hoursReader', hours.statementCsv),
  get('/work/hours/settings', 'treasurer', hoursSettings.settings),
  post('/work/hours/rates', 'treasurer', hoursSettings.saveRate),
  post('/work/hours/categories', 'treasurer', hoursSettings.saveCategory),
  post('/work/hours/categories/:category/archiving', 'treasurer', hoursSettings.toggleCategory),
  get('/work/hours/:entry', 'hoursReader', hours.show),
  post('/work/hours/:entry/return', 'coordinator', hours.giveBack),
  post('/work/hours/:entry/reversal', 'coordinator', hours.reverse),

  // Centres and members (partners)

  // Reading over members' offers (moderation)

  // The operator's pages (operator)
]
void get
