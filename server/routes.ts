// SPDX-License-Identifier: AGPL-3.0-or-later
// The site map: verb, path, who may enter, handler. Start reading here.
import type { RequestHandler } from 'express'
import type { Deps } from './deps.ts'
import * as halfway from './accounts/handlers/halfway.ts'
import * as link from './accounts/handlers/link.ts'
import * as passwords from './accounts/handlers/passwords.ts'
import * as profile from './accounts/handlers/profile.ts'
import * as secondFactor from './accounts/handlers/second-factor.ts'
import * as security from './accounts/handlers/security.ts'
import * as setUp from './accounts/handlers/set-up.ts'
import * as signIn from './accounts/handlers/sign-in.ts'
import * as applying from './applications/handlers/apply.ts'
import * as following from './applications/handlers/status.ts'
import * as answering from './applications/handlers/work.ts'
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
  get('/setup/:token', 'anyone', setUp.show),
  post('/setup/:token', 'anyone', setUp.save),
  get('/sign-in', 'anyone', signIn.show),
  post('/sign-in', 'anyone', signIn.signIn),
  post('/sign-in/link', 'anyone', link.ask),
  get('/sign-in/sent', 'anyone', link.sent),
  get('/sign-in/link/:token', 'anyone', link.confirm),
  post('/sign-in/link/:token', 'anyone', link.open),
  get('/sign-in/who', 'anyone', halfway.who),
  post('/sign-in/who', 'anyone', halfway.choose),
  get('/sign-in/code', 'anyone', halfway.code),
  post('/sign-in/code', 'anyone', halfway.check),
  get('/sign-out', 'anyone', signIn.confirmSignOut),
  post('/sign-out', 'anyone', signIn.signOut),
  get('/password/forgot', 'anyone', passwords.forgot),
  post('/password/forgot', 'anyone', passwords.askForLink),
  get('/password/:token', 'anyone', passwords.show),
  post('/password/:token', 'anyone', passwords.choose),
  get('/welcome/:token', 'anyone', passwords.welcome),
  post('/welcome/:token', 'anyone', passwords.takeUp),
  get('/email/:token', 'anyone', profile.confirmPage),
  post('/email/:token', 'anyone', profile.takeEmail),
  get('/my', 'signedIn', profile.hub),
  get('/my/profile', 'signedIn', profile.show),
  post('/my/profile', 'signedIn', profile.save),
  post('/my/profile/email', 'signedIn', profile.changeEmail),
  get('/my/security', 'signedIn', security.show),
  post('/my/security/password', 'signedIn', security.savePassword),
  post('/my/security/password-link', 'signedIn', security.mailPasswordLink),
  post('/my/security/sessions/ending', 'signedIn', security.endSession),
  get('/my/security/second-factor', 'signedIn', secondFactor.show),
  post('/my/security/second-factor', 'signedIn', secondFactor.begin),
  post('/my/security/second-factor/confirmation', 'signedIn', secondFactor.confirm),
  post('/my/security/second-factor/removal', 'signedIn', secondFactor.stop),
  get('/my/security/codes', 'signedIn', secondFactor.codes),
  post('/my/security/codes', 'signedIn', secondFactor.renewCodes),

  // Front page, settings, logo, static pages (association)

  // Searching, one offer, feeds, open data (search)

  // Applying and answering (applications)
  get('/offers/:offer/apply', 'anyone', applying.show),
  post('/offers/:offer/apply', 'anyone', applying.submit),
  get('/applications/:token', 'anyone', following.show),
  post('/applications/:token/confirmation', 'anyone', following.confirm),
  get('/applications/:token/withdrawal', 'anyone', following.askWithdrawal),
  post('/applications/:token/withdrawal', 'anyone', following.withdraw),
  get('/work/applications', 'coordinator', answering.index),
  get('/work/applications.csv', 'coordinator', answering.exportCsv),
  get('/work/applications/:application', 'coordinator', answering.show),
  post('/work/applications/:application/review', 'coordinator', answering.take),
  post('/work/applications/:application/acceptance', 'coordinator', answering.accept),
  get('/work/applications/:application/refusal', 'coordinator', answering.askRefusal),
  post('/work/applications/:application/refusal', 'coordinator', answering.decline),

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
