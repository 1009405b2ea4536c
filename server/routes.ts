// SPDX-License-Identifier: AGPL-3.0-or-later
// The site map: method, path, who may enter, handler. Start reading here.
import type { RequestHandler } from 'express'
import type { Deps } from './deps.ts'
import * as audit from './audit/handlers.ts'
import * as association from './association/handlers/settings.ts'
import * as operator from './operator/handlers.ts'
import * as alerts from './alerts/handlers.ts'
import * as pendingSignIn from './accounts/handlers/pending-sign-in.ts'
import * as link from './accounts/handlers/link.ts'
import * as notices from './accounts/handlers/notices.ts'
import * as passwords from './accounts/handlers/passwords.ts'
import * as address from './accounts/handlers/address.ts'
import * as profile from './accounts/handlers/profile.ts'
import * as secondFactor from './accounts/handlers/second-factor.ts'
import * as security from './accounts/handlers/security.ts'
import * as setUp from './accounts/handlers/set-up.ts'
import * as signIn from './accounts/handlers/sign-in.ts'
import * as applying from './applications/handlers/apply.ts'
import * as following from './applications/handlers/status.ts'
import * as ownPlaces from './applications/handlers/mine.ts'
import * as answeringByMail from './applications/handlers/answering.ts'
import * as attendance from './applications/handlers/attendance.ts'
import * as lining from './applications/handlers/line.ts'
import * as guarding from './applications/handlers/guardian.ts'
import * as testifying from './applications/handlers/testimonial.ts'
import * as testimonials from './applications/handlers/testimonials.ts'
import * as conversing from './applications/handlers/messages.ts'
import * as welcoming from './applications/handlers/welcome.ts'
import * as answering from './applications/handlers/work.ts'
import * as home from './association/handlers/home.ts'
import * as askingForHelp from './help/handlers/ask.ts'
import * as helpDesk from './help/handlers/desk.ts'
import * as guides from './help/handlers/guides.ts'
import * as enquiring from './enquiries/handlers/new.ts'
import * as ownEnquiry from './enquiries/handlers/own.ts'
import * as passing from './enquiries/handlers/passing.ts'
import * as enquiries from './enquiries/handlers/work.ts'
import * as statics from './association/handlers/static.ts'
import * as forwarding from './search/forward.ts'
import * as kept from './search/kept.ts'
import { near } from './search/near.ts'
import * as embedding from './search/embed.ts'
import * as searching from './search/handlers.ts'
import * as sitemap from './search/sitemap.ts'
import * as feeds from './search/feeds/handlers.ts'
import * as openData from './search/api/handlers.ts'
import { missions } from './search/api/missions.ts'
import type { Access } from './web/access.ts'
import type { Handler } from './web/handler.ts'
import { publicAnswer, type MakeAnswer, type Variant } from './web/public-answer.ts'
import { source } from './web/source.ts'
import * as hours from './hours/handlers/entries.ts'
import * as hoursForOthers from './hours/handlers/for-others.ts'
import * as hoursSheet from './hours/handlers/sheet.ts'
import * as hoursExports from './hours/handlers/exports.ts'
import * as ownHours from './hours/handlers/mine.ts'
import * as quickHours from './hours/handlers/quick.ts'
import * as kiosk from './hours/handlers/kiosk.ts'
import * as hoursLinks from './hours/handlers/links.ts'
import * as approvalRules from './hours/handlers/approval-rules.ts'
import * as headcounts from './hours/handlers/headcounts.ts'
import * as ownCec from './cec/handlers/mine.ts'
import * as cec from './cec/handlers/work.ts'
import * as hoursProjects from './hours/handlers/projects.ts'
import * as usualHours from './hours/handlers/usual.ts'
import * as hoursLaunch from './hours/handlers/launch.ts'
import * as hoursPaper from './hours/handlers/paper.ts'
import * as trips from './hours/handlers/trips.ts'
import * as hoursRates from './hours/handlers/rates.ts'
import * as hoursSettings from './hours/handlers/settings.ts'
import * as hoursStatement from './hours/handlers/statement.ts'
import * as language from './web/language.ts'
import * as ownCentres from './offers/handlers/centres.ts'
import * as importing from './offers/handlers/import.ts'
import * as takingOver from './imports/handlers.ts'
import * as ends from './offers/handlers/ends.ts'
import * as ownOffers from './offers/handlers/list.ts'
import * as inviting from './offers/handlers/invitations.ts'
import * as scheduling from './offers/handlers/schedule.ts'
import * as pictures from './offers/handlers/pictures.ts'
import * as renewal from './offers/handlers/renewal.ts'
import * as ownOffer from './offers/handlers/show.ts'
import * as templates from './offers/handlers/templates.ts'
import * as typed from './offers/handlers/typed.ts'
import * as writing from './offers/handlers/write.ts'
import { complete } from './moderation/handlers/completion.ts'
import * as moderation from './moderation/handlers/item.ts'
import * as teamNotes from './moderation/handlers/notes.ts'
import * as likeness from './moderation/handlers/likeness.ts'
import { undo } from './moderation/handlers/undo.ts'
import * as several from './moderation/handlers/several.ts'
import * as partners from './partners/handlers/relations.ts'
import * as centreTemplates from './partners/handlers/templates.ts'
import * as memberHistory from './partners/history.ts'
import * as peers from './peers/handlers.ts'
import * as people from './people/handlers/people.ts'
import * as ownRoles from './people/handlers/roles.ts'
import * as teams from './people/handlers/teams.ts'
import * as reportDesk from './reports/handlers/desk.ts'
import * as reporting from './reports/handlers/report.ts'
import * as consents from './privacy/consents.ts'
import * as privacyDesk from './privacy/desk.ts'
import * as erasure from './privacy/erasure.ts'
import * as privacy from './privacy/handlers.ts'
import * as incidents from './privacy/incidents/handlers.ts'
import * as dataRequests from './privacy/requests/handlers.ts'
import * as statistics from './statistics/handlers/figures.ts'
import * as yearOf from './statistics/handlers/year.ts'
import * as attesting from './attestations/handlers/work.ts'
import * as gatheredAttestations from './attestations/handlers/gathered.ts'
import * as ownAttestations from './attestations/handlers/mine.ts'
import * as attestations from './attestations/handlers/public.ts'
import * as towns from './towns/handlers.ts'
import * as simulation from './years/handlers/simulation.ts'
import * as statements from './years/handlers/statement.ts'
import * as hoursFigures from './years/handlers/figures.ts'
import * as years from './years/handlers/year.ts'

type Make = (deps: Deps) => Handler
export type Route = {
  method: 'get' | 'post'
  path: string
  who: Access
  handler: Make
  /** Before the forgery check, for forms that carry a file. */
  before?: () => RequestHandler[]
  /** Of a POST: the page where its form stands, when it is not the nearest page above, and the action of that form. */
  page?: string
  form?: string
  /** Sent by mail programs, which have no form of ours (RFC 8058): the secret in its address is the proof. */
  isOneClick?: true
  /** Run also the second time that it is pressed: the first answer, with its session, may never have arrived. */
  signsIn?: true
  /** Kept, and answered by other processes too (WEB_PROCESSES) for whoever has no session. */
  isPublic?: true
}

const get = (path: string, who: Access, handler: Make): Route => ({ method: 'get', path, who, handler })
const publicGet = (path: string, make: (deps: Deps) => MakeAnswer, variant?: Variant): Route => ({
  ...get(path, 'anyone', publicAnswer(make, variant)),
  isPublic: true,
})
type FormPlace = Pick<Route, 'page' | 'form' | 'before' | 'isOneClick' | 'signsIn'>
const SIGNS_IN = { signsIn: true } as const
const post = (path: string, who: Access, handler: Make, place: FormPlace = {}): Route => ({
  method: 'post',
  path,
  who,
  handler,
  ...place,
})

/** Members and their hours come in with one file. */
const IMPORTER: Access = { all: ['manage_people', 'manage_hours'] }
/** Everywhere, or for a project or team: what these pages read and change is within it. */
const SEES_PEOPLE: Access = { somewhere: 'see_people' }
const SEES_HOURS: Access = { somewhere: 'see_hours' }
const MANAGES_HOURS: Access = { somewhere: 'manage_hours' }
const SEES_VALUES: Access = { somewhere: 'years', everywhere: 'see_hours' }
const TRIES_VALUES: Access = { somewhere: 'years', everywhere: 'levels' }
const VALIDATES_CEC: Access = { somewhere: 'cec' }
const INVITER: Access = { all: ['offers', 'see_people'] }

export const routes: readonly Route[] = [
  // Every page
  get('/language', 'anyone', language.leave),
  post('/language', 'anyone', language.choose),

  // Guides, and what does not work on the site (help)
  get('/help', 'anyone', guides.index),
  get('/help/ask', 'anyone', askingForHelp.show),
  post('/help/ask', 'anyone', askingForHelp.send),
  get('/help/pictures/:picture', 'anyone', guides.picture),
  get('/help/:guide', 'anyone', guides.show),
  get('/operator/help', 'help', helpDesk.index),
  get('/operator/help/:asked', 'help', helpDesk.show),
  post('/operator/help/:asked/taking', 'help', helpDesk.take),
  post('/operator/help/:asked/answer', 'help', helpDesk.answer),
  post('/operator/help/:asked/state', 'help', helpDesk.move),
  get('/operator/help/:asked/removal', 'help', helpDesk.askRemoval),
  post('/operator/help/:asked/removal', 'help', helpDesk.remove),

  // First start, sign-in, own account (accounts)
  get('/setup/:token', 'anyone', setUp.show),
  post('/setup/:token', 'anyone', setUp.save),
  get('/sign-in', 'anyone', signIn.show),
  post('/sign-in', 'anyone', signIn.signIn, SIGNS_IN),
  post('/sign-in/association', 'anyone', signIn.findAssociation),
  post('/sign-in/link', 'anyone', link.ask, { form: '/sign-in' }),
  get('/sign-in/sent', 'anyone', link.sent),
  get('/sign-in/link/:token', 'anyone', link.confirm),
  post('/sign-in/link/:token', 'anyone', link.open),
  get('/sign-in/who', 'anyone', pendingSignIn.who),
  post('/sign-in/who', 'anyone', pendingSignIn.choose, SIGNS_IN),
  get('/sign-in/code', 'anyone', pendingSignIn.code),
  post('/sign-in/code', 'anyone', pendingSignIn.check, SIGNS_IN),
  get('/sign-out', 'anyone', signIn.confirmSignOut),
  post('/sign-out', 'anyone', signIn.signOut),
  get('/password/forgot', 'anyone', passwords.forgot),
  post('/password/forgot', 'anyone', passwords.askForLink),
  get('/password/:token', 'anyone', passwords.show),
  post('/password/:token', 'anyone', passwords.choose),
  get('/welcome/:token', 'anyone', passwords.welcome),
  post('/welcome/:token', 'anyone', passwords.joinByInvitation),
  get('/email/:token', 'anyone', address.confirmPage),
  post('/email/:token', 'anyone', address.confirm),
  get('/email/leaving/:token', 'anyone', address.leavingPage),
  post('/email/leaving/:token', 'anyone', address.leave),
  get('/email/undo/:token', 'anyone', address.undoPage),
  post('/email/undo/:token', 'anyone', address.undo),
  get('/erasure/:token', 'anyone', erasure.confirmPage),
  post('/erasure/:token', 'anyone', erasure.confirm),
  get('/my', 'signedIn', ownPlaces.hub),
  get('/my/profile', 'signedIn', profile.show),
  post('/my/profile', 'signedIn', profile.save),
  post('/my/profile/email', 'signedIn', profile.changeEmail),
  get('/my/notices', 'signedIn', notices.show),
  post('/my/notices', 'signedIn', notices.save),
  get('/notices/:token/stop', 'anyone', notices.askStop),
  post('/notices/:token/stop', 'anyone', notices.stop, { isOneClick: true }),
  get('/my/openings', 'signedIn', audit.openings),
  get('/my/openings.csv', 'signedIn', audit.exportOpenings),
  get('/my/data', 'signedIn', privacy.myPage),
  get('/my/data/erasure', 'signedIn', erasure.ask),
  post('/my/data/erasure', 'signedIn', erasure.erase),
  post('/my/data/consents/:consent/withdrawal', 'signedIn', consents.withdraw),
  get('/my/data/request', 'signedIn', dataRequests.askOwn),
  post('/my/data/request', 'signedIn', dataRequests.sendOwn),
  get('/my/data.json', 'signedIn', privacy.myJson),
  get('/my/data.csv', 'signedIn', privacy.myCsv),
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
  publicGet('/', home.front),
  get('/about', 'anyone', statics.about),
  get('/testimonials', 'anyone', statics.testimonials),
  get('/accessibility', 'anyone', statics.accessibility),
  get('/privacy', 'anyone', statics.privacy),
  get('/legal', 'anyone', statics.legal),
  get('/source.tar.gz', 'anyone', source),
  get('/settings', 'association', association.settings),
  post('/settings', 'association', association.save),
  post('/settings/logo', 'association', association.changeLogo, { before: association.logoSteps }),
  post('/settings/logo/removal', 'association', association.takeLogoAway),
  get('/settings/roles', 'roles', ownRoles.index),
  get('/settings/roles/new', 'roles', ownRoles.fresh),
  post('/settings/roles/new', 'roles', ownRoles.add),
  get('/settings/roles/:role', 'roles', ownRoles.edit),
  post('/settings/roles/:role', 'roles', ownRoles.save),
  get('/settings/roles/:role/removal', 'roles', ownRoles.askRemoval),
  post('/settings/roles/:role/removal', 'roles', ownRoles.remove),
  get('/media/:upload', 'anyone', association.media),

  // Searching, one offer, feeds, open data (search)
  publicGet('/offers', searching.index),
  get('/offres', 'anyone', searching.redirect),
  publicGet('/offers.atom', feeds.atom),
  publicGet('/offers.json', feeds.json),
  publicGet('/offers.ics', feeds.calendar),
  get('/offers/follow', 'anyone', alerts.follow),
  post('/offers/follow', 'anyone', alerts.ask),
  get('/offers/follow/sent', 'anyone', alerts.sent),
  post('/offers/near', 'anyone', near),
  get('/offers/kept', 'anyone', kept.index),
  publicGet('/offers/:offer', searching.show, searching.searchBefore),
  post('/offers/:offer/keeping', 'anyone', kept.keep),
  post('/offers/:offer/letting-go', 'anyone', kept.letGo, { page: '/offers/kept' }),
  get('/offers/:offer/forward', 'anyone', forwarding.show),
  post('/offers/:offer/forward', 'anyone', forwarding.send),
  get('/offers/:offer/report', 'anyone', reporting.show),
  post('/offers/:offer/report', 'anyone', reporting.send),
  publicGet('/associations', searching.associations),
  publicGet('/embed/offers', embedding.frame),
  get('/work/embed', ['offers', 'moderation'], embedding.settings),
  get('/robots.txt', 'anyone', sitemap.robots),
  get('/sitemap.xml', 'anyone', sitemap.index),
  get('/sitemap/pages.xml', 'anyone', sitemap.pages),
  get('/sitemap/offers.xml', 'anyone', sitemap.offers),
  publicGet('/api/v1/openapi.json', openData.description),
  publicGet('/api/v1/offers', openData.offers),
  publicGet('/api/v1/offers/:offer', openData.offer),
  publicGet('/api/v1/associations', openData.associations),
  get('/api/v1/missions', 'anyone', missions),

  // New offers by mail (alerts)
  get('/alerts/new/:token', 'anyone', alerts.confirmPage),
  post('/alerts/new/:token', 'anyone', alerts.confirm),
  get('/alerts/:token', 'anyone', alerts.show),
  post('/alerts/:token', 'anyone', alerts.save),
  get('/alerts/:token/data.json', 'anyone', alerts.data),
  post('/alerts/:token/renewal', 'anyone', alerts.renew),
  post('/alerts/:token/removal', 'anyone', alerts.remove),
  get('/alerts/:token/stop', 'anyone', alerts.askStop),
  post('/alerts/:token/stop', 'anyone', alerts.stop, { isOneClick: true }),

  // Applying and answering (applications)
  get('/offers/:offer/apply', 'anyone', applying.show),
  post('/offers/:offer/apply', 'anyone', applying.submit),
  get('/applications/answering/:token', 'anyone', answeringByMail.show),
  get('/applications/answering/:token/acceptance', 'anyone', answeringByMail.askAcceptance),
  post('/applications/answering/:token/acceptance', 'anyone', answeringByMail.accept),
  get('/applications/answering/:token/waiting-list', 'anyone', answeringByMail.askWaiting),
  post('/applications/answering/:token/waiting-list', 'anyone', answeringByMail.wait),
  get('/applications/answering/:token/refusal', 'anyone', answeringByMail.askRefusal),
  post('/applications/answering/:token/refusal', 'anyone', answeringByMail.decline),
  get('/applications/answering/:token/messages', 'anyone', answeringByMail.talk),
  post('/applications/answering/:token/messages', 'anyone', answeringByMail.write),
  post('/applications/answering/:token/messages/reading', 'anyone', answeringByMail.markRead),
  get('/applications/attendance/:token', 'anyone', attendance.showByLink),
  post('/applications/attendance/:token', 'anyone', attendance.saveByLink),
  get('/applications/guardian/:token', 'anyone', guarding.show),
  post('/applications/guardian/:token/consent', 'anyone', guarding.consent),
  post('/applications/guardian/:token/withdrawal', 'anyone', guarding.withdraw),
  get('/applications/testimonial/:token', 'anyone', testifying.show),
  post('/applications/testimonial/:token', 'anyone', testifying.save),
  get('/applications/testimonial/:token/removal', 'anyone', testifying.askRemoval),
  post('/applications/testimonial/:token/removal', 'anyone', testifying.remove),
  get('/applications/:token', 'anyone', following.show),
  post('/applications/:token/messages', 'anyone', following.writeMessage),
  post('/applications/:token/confirmation', 'anyone', following.confirm),
  post('/applications/:token/attendance', 'anyone', following.attendance),
  post('/applications/:token/place', 'anyone', following.takeHeldPlace),
  post('/applications/:token/welcome', 'anyone', welcoming.byLink),
  get('/applications/:token/withdrawal', 'anyone', following.askWithdrawal),
  post('/applications/:token/withdrawal', 'anyone', following.withdraw),
  get('/work/applications', 'offers', answering.index),
  get('/work/applications.csv', 'offers', answering.exportCsv),
  get('/work/applications/new', 'offers', answering.askNote),
  post('/work/applications/new', 'offers', answering.note),
  get('/work/applications/:application', 'offers', answering.show),
  post('/work/applications/:application/messages', 'offers', conversing.write),
  post('/work/applications/:application/messages/reading', 'offers', conversing.markRead),
  post('/work/applications/:application/consent', 'offers', guarding.note),
  post('/work/applications/:application/welcome', 'offers', welcoming.byTeam),
  post('/work/applications/:application/review', 'offers', answering.take),
  post('/work/applications/:application/waiting-list', 'offers', lining.wait),
  post('/work/applications/:application/first', 'offers', lining.first),
  post('/work/applications/:application/acceptance', 'offers', answering.accept),
  get('/work/applications/:application/refusal', 'offers', answering.askRefusal),
  post('/work/applications/:application/refusal', 'offers', answering.decline),
  get('/work/testimonials', 'offers', testimonials.index),
  post('/work/testimonials/:testimonial/decision', 'offers', testimonials.decide, { page: '/work/testimonials' }),
  post('/work/testimonials/:testimonial/undo', 'offers', testimonials.undo, { page: '/work/testimonials' }),

  // Offering help with no offer in mind (enquiries)
  get('/enquiries/new', 'anyone', enquiring.show),
  post('/enquiries/new', 'anyone', enquiring.send),
  get('/enquiries/passing/:token', 'anyone', passing.show),
  post('/enquiries/passing/:token', 'anyone', passing.accept),
  get('/enquiries/:token', 'anyone', ownEnquiry.show),
  post('/enquiries/:token', 'anyone', ownEnquiry.save),
  post('/enquiries/:token/confirmation', 'anyone', ownEnquiry.confirm),
  get('/enquiries/:token/withdrawal', 'anyone', ownEnquiry.askWithdrawal),
  post('/enquiries/:token/withdrawal', 'anyone', ownEnquiry.withdraw),
  get('/work/enquiries', 'offers', enquiries.index),
  get('/work/enquiries.csv', 'offers', enquiries.exportCsv),
  get('/work/enquiries/:enquiry', 'offers', enquiries.show),
  post('/work/enquiries/:enquiry/taking', 'offers', enquiries.take),
  post('/work/enquiries/:enquiry/note', 'offers', enquiries.note),
  post('/work/enquiries/:enquiry/answer', 'offers', enquiries.answer),
  post('/work/enquiries/:enquiry/proposal', 'offers', enquiries.propose),
  post('/work/enquiries/:enquiry/state', 'offers', enquiries.move),
  post('/work/enquiries/:enquiry/passing', 'offers', enquiries.pass),
  post('/work/enquiries/:enquiry/consent', 'offers', enquiries.endConsent),
  get('/work/enquiries/:enquiry/removal', 'offers', enquiries.askRemoval),
  post('/work/enquiries/:enquiry/removal', 'offers', enquiries.remove),

  // Writing offers (offers)
  get('/work', 'desk', ownOffers.dashboard),
  get('/work/offers', 'offers', ownOffers.index),
  post('/work/offers', 'offers', ownOffers.search),
  get('/work/offers.csv', 'offers', ownOffers.exportCsv),
  get('/work/offers/new', 'offers', writing.fresh),
  post('/work/offers/new', 'offers', writing.create),
  post('/work/offers/new/typed', 'offers', typed.keep),
  post('/work/offers/new/typed/removal', 'offers', typed.drop),
  get('/work/offers/templates', 'offers', templates.index),
  get('/work/offers/templates/:template', 'offers', templates.edit),
  post('/work/offers/templates/:template', 'offers', templates.rename),
  get('/work/offers/templates/:template/removal', 'offers', templates.askRemoval),
  post('/work/offers/templates/:template/removal', 'offers', templates.remove),
  get('/work/import', IMPORTER, takingOver.fresh),
  post('/work/import', IMPORTER, takingOver.send, { before: takingOver.fileSteps }),
  get('/work/import/:file', IMPORTER, takingOver.show),
  post('/work/import/:file/columns', IMPORTER, takingOver.chooseColumns),
  post('/work/import/:file/choices', IMPORTER, takingOver.choose),
  post('/work/import/:file/taking', IMPORTER, takingOver.take),
  get('/work/import/:file/faults.csv', IMPORTER, takingOver.faultsCsv),
  get('/work/import/:file/undo', IMPORTER, takingOver.askUndo),
  post('/work/import/:file/undo', IMPORTER, takingOver.undo),
  get('/work/offers/import', 'offers', importing.fresh),
  post('/work/offers/import', 'offers', importing.send, { before: importing.fileSteps }),
  get('/work/offers/import/:import', 'offers', importing.show),
  post('/work/offers/import/:import/columns', 'offers', importing.chooseColumns),
  post('/work/offers/import/:import/drafts', 'offers', importing.makeDrafts),
  get('/work/offers/import/:import/faults.csv', 'offers', importing.faultsCsv),
  get('/work/offers/import/:import/undo', 'offers', importing.askUndo),
  post('/work/offers/import/:import/undo', 'offers', importing.undo),
  get('/work/offers/:offer', 'offers', ownOffer.show),
  get('/work/offers/:offer/edit', 'offers', writing.edit),
  post('/work/offers/:offer/edit', 'offers', writing.save),
  post('/work/offers/:offer/edit/typed', 'offers', typed.keep),
  post('/work/offers/:offer/edit/typed/removal', 'offers', typed.drop),
  get('/work/offers/:offer/publication', 'offers', ownOffer.show),
  post('/work/offers/:offer/publication', 'offers', ownOffer.publish),
  get('/work/offers/:offer/schedule', 'offers', scheduling.ask),
  post('/work/offers/:offer/schedule', 'offers', scheduling.schedule),
  get('/work/offers/:offer/renewal', 'offers', renewal.askRenewal),
  post('/work/offers/:offer/renewal', 'offers', renewal.renew),
  post('/work/offers/:offer/pause', 'offers', ownOffer.pause),
  post('/work/offers/:offer/resumption', 'offers', ownOffer.resume),
  post('/work/offers/:offer/copy', 'offers', ownOffer.copy),
  post('/work/offers/:offer/template', 'offers', templates.keep),
  get('/work/offers/:offer/pictures', 'offers', pictures.show),
  post('/work/offers/:offer/pictures', 'offers', pictures.add, { before: pictures.fileSteps }),
  post('/work/offers/:offer/pictures/texts', 'offers', pictures.describe),
  post('/work/offers/:offer/pictures/first', 'offers', pictures.first),
  post('/work/offers/:offer/pictures/removal', 'offers', pictures.remove),
  post('/work/offers/:offer/sheet', 'offers', pictures.attach, {
    before: pictures.sheetSteps,
    page: '/work/offers/:offer/pictures',
  }),
  post('/work/offers/:offer/sheet/removal', 'offers', pictures.detach, { page: '/work/offers/:offer/pictures' }),
  get('/work/offers/:offer/invitations', INVITER, inviting.show),
  post('/work/offers/:offer/invitations', INVITER, inviting.invite),
  post('/work/offers/:offer/invitations/search', INVITER, inviting.search),
  get('/work/offers/:offer/closing', 'offers', ends.askClosing),
  post('/work/offers/:offer/closing', 'offers', ends.close),
  get('/work/offers/:offer/cancellation', 'offers', ends.askCancellation),
  post('/work/offers/:offer/cancellation', 'offers', ends.cancel),
  get('/work/offers/:offer/attendance', 'offers', attendance.show),
  post('/work/offers/:offer/attendance', 'offers', attendance.save),
  get('/work/offers/:offer/removal', 'offers', ends.askRemoval),
  post('/work/offers/:offer/removal', 'offers', ends.remove),
  get('/work/offers/:offer/withdrawal', 'offers', ownCentres.askWithdrawal),
  post('/work/offers/:offer/withdrawal', 'offers', ownCentres.withdraw),
  post('/work/offers/:offer/proposal', 'offers', ownCentres.propose),
  post('/work/offers/:offer/answer', 'offers', ownOffer.answer),
  get('/renew/done', 'anyone', renewal.doneByLink),
  get('/renew/:token', 'anyone', renewal.askByLink),
  post('/renew/:token', 'anyone', renewal.byLink),

  // Volunteers and roles (people)
  get('/work/people', SEES_PEOPLE, people.index),
  post('/work/people', SEES_PEOPLE, people.search),
  get('/work/people.csv', SEES_PEOPLE, people.csv),
  get('/work/teams', 'see_people', teams.index),
  post('/work/teams', 'manage_people', teams.add),
  get('/work/teams/:team', 'see_people', teams.show),
  post('/work/teams/:team', 'manage_people', teams.rename),
  post('/work/teams/:team/archiving', 'manage_people', teams.archive),
  get('/work/people/new', 'manage_people', people.fresh),
  post('/work/people/new', 'manage_people', people.invite),
  get('/work/people/:person', SEES_PEOPLE, people.show),
  get('/work/people/:person/attestations', 'manage_hours', attesting.index),
  post('/work/people/:person/attestations', 'manage_hours', attesting.issue),
  get('/work/people/:person/data', 'association', privacy.page),
  get('/work/people/:person/data.json', 'association', privacy.json),
  get('/work/people/:person/data.csv', 'association', privacy.csv),
  get('/work/people/:person/erasure', 'association', erasure.askFor),
  post('/work/people/:person/erasure', 'association', erasure.eraseFor),
  get('/work/people/:person/request', 'manage_people', dataRequests.askFor),
  post('/work/people/:person/request', 'manage_people', dataRequests.sendFor),
  post('/work/people/:person/restriction/end', 'association', dataRequests.lift),
  post('/work/people/:person/roles', ['manage_people', 'roles'], people.saveRoles),
  post('/work/people/:person/teams', 'manage_people', teams.join),
  post('/work/people/:person/teams/removal', 'manage_people', teams.leave),
  post('/work/people/:person/own-roles', 'roles', ownRoles.give),
  post('/work/people/:person/own-roles/removal', 'roles', ownRoles.take),
  post('/work/people/:person/help-desk', 'roles', people.giveHelpDesk),
  post('/work/people/:person/cec-validator', 'roles', people.giveCec),
  post('/work/people/:person/contact', 'manage_people', people.saveContact),
  post('/work/people/:person/phone', 'manage_people', people.savePhone),
  post('/work/people/:person/note', 'manage_people', people.saveNote),
  post('/work/people/:person/invitation', 'manage_people', people.inviteAgain),
  post('/work/people/:person/suspension', 'manage_people', people.shutOut),
  post('/work/people/:person/return', 'manage_people', people.letIn),

  // Attestations of hours (attestations)
  get('/work/attestations/:attestation.pdf', 'manage_hours', attesting.pdf),
  get('/work/attestations/:attestation', 'manage_hours', attesting.show),
  get('/work/attestations/:attestation/withdrawal', 'manage_hours', attesting.askWithdrawal),
  post('/work/attestations/:attestation/withdrawal', 'manage_hours', attesting.withdraw),
  get('/my/attestations', 'signedIn', ownAttestations.index),
  post('/my/attestations', 'signedIn', ownAttestations.saveSkills),
  get('/my/attestations/:attestation.pdf', 'signedIn', ownAttestations.pdf),
  get('/my/attestations/:attestation.jwt', 'signedIn', ownAttestations.credential),
  get('/my/attestations/:attestation', 'signedIn', ownAttestations.show),
  get('/my/gathered', 'signedIn', gatheredAttestations.index),
  post('/my/gathered', 'signedIn', gatheredAttestations.add, { before: gatheredAttestations.fileSteps }),
  post('/my/gathered/check', 'signedIn', gatheredAttestations.check),
  post('/my/gathered/:gathered/removal', 'signedIn', gatheredAttestations.drop),
  get('/attestations/:code.jwt', 'anyone', attestations.credential),
  get('/attestations/:code', 'anyone', attestations.verify),
  get('/credentials/issuer', 'anyone', attestations.issuer),
  get('/credentials/volunteering', 'anyone', attestations.achievement),
  get('/credentials/keys/:verifier', 'anyone', attestations.key),
  get('/credentials/status/:list', 'anyone', attestations.status),

  // Compte d'engagement citoyen (cec)
  get('/my/cec', 'signedIn', ownCec.show),
  post('/my/cec/elsewhere', 'signedIn', ownCec.saveElsewhere, { page: '/my/cec' }),
  post('/my/cec/declaration', 'signedIn', ownCec.declareMine, { page: '/my/cec' }),
  get('/my/cec/:paper.pdf', 'signedIn', ownCec.pdf),
  get('/my/cec/:paper', 'signedIn', ownCec.paper),
  get('/work/cec', VALIDATES_CEC, cec.index),
  get('/work/cec.csv', VALIDATES_CEC, cec.exportAll),
  get('/work/cec/people/:person', VALIDATES_CEC, cec.show),
  post('/work/cec/people/:person', VALIDATES_CEC, cec.step),
  get('/work/cec/people/:person/:paper.pdf', VALIDATES_CEC, cec.pdf),
  get('/work/cec/people/:person/:paper', VALIDATES_CEC, cec.paper),

  // Hours (hours)
  get('/my/hours', 'signedIn', ownHours.my),
  post('/my/hours', 'signedIn', ownHours.recordMine),
  get('/my/hours.csv', 'signedIn', hoursExports.exportMine),
  get('/my/hours/last-week', 'signedIn', quickHours.week),
  post('/my/hours/last-week', 'signedIn', quickHours.copy),
  post('/my/hours/timer', 'signedIn', quickHours.start),
  post('/my/hours/timer/end', 'signedIn', quickHours.stop),
  post('/my/hours/timer/removal', 'signedIn', quickHours.drop),
  get('/my/hours/:entry/correction', 'signedIn', ownHours.correctMine),
  post('/my/hours/:entry/confirmation', 'signedIn', ownHours.confirmMine),
  post('/my/hours/:entry/withdrawal', 'signedIn', ownHours.withdrawMine),
  get('/work/hours', SEES_HOURS, hours.index),
  get('/work/hours.csv', SEES_HOURS, hoursExports.exportAll),
  post('/work/hours/approval', MANAGES_HOURS, hours.approve),
  post('/work/hours/approval/undo', MANAGES_HOURS, hours.undo),
  get('/work/hours/new', MANAGES_HOURS, hoursForOthers.fresh),
  post('/work/hours/new', MANAGES_HOURS, hoursForOthers.record),
  post('/work/hours/new/person', MANAGES_HOURS, hoursForOthers.search),
  get('/work/hours/sheet', MANAGES_HOURS, hoursSheet.fresh),
  post('/work/hours/sheet', MANAGES_HOURS, hoursSheet.send),
  get('/hours/kiosk/:token', 'anyone', kiosk.kiosk),
  post('/hours/kiosk/:token', 'anyone', kiosk.recordKiosk),
  get('/hours/own/:token', 'anyone', kiosk.own),
  post('/hours/own/:token', 'anyone', kiosk.recordOwn),
  get('/hours/usual/:token', 'anyone', usualHours.ask),
  post('/hours/usual/:token', 'anyone', usualHours.confirm),
  get('/work/hours/launch', 'manage_hours', hoursLaunch.show),
  get('/work/hours/kiosk', 'manage_hours', hoursLinks.typed),
  post('/work/hours/kiosk/:typed/person', 'manage_hours', hoursLinks.attach),
  post('/work/hours/kiosk/:typed/count', 'manage_hours', hoursLinks.count),
  post('/work/hours/kiosk/:typed/removal', 'manage_hours', hoursLinks.drop),
  get('/work/hours/links/offers/:offer', 'manage_hours', hoursLinks.show),
  post('/work/hours/links/offers/:offer', 'manage_hours', hoursLinks.save),
  post('/work/hours/links/offers/:offer/project', 'manage_hours', hoursLinks.setProject, {
    page: '/work/hours/links/offers/:offer',
  }),
  post('/work/hours/links/offers/:offer/state', 'manage_hours', hoursLinks.turn),
  post('/work/hours/links/offers/:offer/renewal', 'manage_hours', hoursLinks.renew),
  get('/work/hours/links/people/:person', 'manage_hours', hoursLinks.show),
  post('/work/hours/links/people/:person', 'manage_hours', hoursLinks.save),
  post('/work/hours/links/people/:person/state', 'manage_hours', hoursLinks.turn),
  post('/work/hours/links/people/:person/renewal', 'manage_hours', hoursLinks.renew),
  post('/work/hours/links/people/:person/mail', 'manage_hours', hoursLinks.mail),
  get('/work/hours/rules', 'manage_hours', approvalRules.index),
  post('/work/hours/rules', 'manage_hours', approvalRules.add),
  post('/work/hours/rules/:rule/end', 'manage_hours', approvalRules.end),
  get('/work/hours/paper', 'manage_hours', hoursPaper.show),
  get('/work/hours/unnamed', SEES_HOURS, headcounts.index),
  get('/work/hours/unnamed.csv', SEES_HOURS, headcounts.exportAll),
  get('/work/hours/unnamed/:line/reversal', MANAGES_HOURS, headcounts.askReversal),
  post('/work/hours/unnamed/:line/reversal', MANAGES_HOURS, headcounts.reverse),
  get('/work/hours/figures', SEES_HOURS, hoursFigures.work),
  get('/work/hours/figures.csv', SEES_HOURS, hoursFigures.csv),
  get('/work/hours/review', 'see_hours', hoursFigures.review),
  get('/hours/together', 'signedIn', hoursFigures.together),
  get('/work/hours/statement', SEES_VALUES, hoursStatement.statement),
  get('/work/hours/statement.csv', SEES_VALUES, hoursStatement.statementCsv),
  get('/work/hours/settings', ['categories', 'levels'], hoursSettings.settings),
  post('/work/hours/rates', 'levels', hoursRates.save, { page: '/work/hours/settings' }),
  get('/work/hours/rates/:rate/withdrawal', 'levels', hoursRates.confirmWithdrawal),
  post('/work/hours/rates/:rate/withdrawal', 'levels', hoursRates.withdraw),
  post('/work/hours/categories', 'categories', hoursSettings.saveCategory, { page: '/work/hours/settings' }),
  post('/work/hours/categories/:category/archiving', 'categories', hoursSettings.archiveCategory, {
    page: '/work/hours/settings',
  }),
  post('/work/hours/categories/:category/level', 'categories', hoursSettings.setCategoryLevel, {
    page: '/work/hours/settings',
  }),
  post('/work/hours/categories/:category/cec', 'categories', cec.saveRole, { page: '/work/hours/settings' }),
  post('/work/hours/levels', 'levels', hoursSettings.saveLevel, { page: '/work/hours/settings' }),
  post('/work/hours/levels/:level/archiving', 'levels', hoursSettings.archiveLevel, {
    page: '/work/hours/settings',
  }),
  get('/work/hours/projects', 'projects', hoursProjects.index),
  post('/work/hours/projects', 'projects', hoursProjects.add),
  post('/work/hours/projects/:project', 'projects', hoursProjects.rename, { page: '/work/hours/projects' }),
  post('/work/hours/projects/:project/archiving', 'projects', hoursProjects.archive, { page: '/work/hours/projects' }),
  get('/work/hours/simulation', TRIES_VALUES, simulation.show),
  post('/work/hours/simulation', TRIES_VALUES, simulation.run),
  get('/work/hours/simulation/:method', 'levels', simulation.askAdoption),
  post('/work/hours/simulation/:method', 'levels', simulation.adopt),
  get('/work/hours/years', SEES_VALUES, years.index),
  post('/work/hours/years/month', 'years', years.saveMonth),
  get('/work/hours/years/:year', SEES_VALUES, years.show),
  post('/work/hours/years/:year', 'years', years.save),
  get('/work/hours/years/:year/closing', 'years', years.askClosing),
  post('/work/hours/years/:year/closing', 'years', years.close),
  get('/work/hours/statements/:statement.csv', SEES_VALUES, statements.csv),
  get('/work/hours/statements/:statement.ods', SEES_VALUES, statements.ods),
  get('/work/hours/statements/:statement.pdf', SEES_VALUES, statements.pdf),
  get('/work/hours/statements/:statement/projects.csv', SEES_VALUES, statements.projectsCsv),
  get('/work/hours/statements/:statement/entry.csv', 'see_hours', statements.entry),
  get('/work/hours/statements/:statement/sheets', 'see_hours', statements.sheets),
  get('/work/hours/statements/:statement', SEES_VALUES, statements.show),
  post('/work/hours/statements/:statement/posting', 'years', statements.post),
  post('/work/hours/statements/:statement/reopening', 'years', statements.reopen),
  get('/my/trips', 'signedIn', trips.mine),
  post('/my/trips', 'signedIn', trips.recordMine),
  get('/my/trips.csv', 'signedIn', trips.exportMine),
  post('/my/trips/:trip/confirmation', 'signedIn', trips.confirmMine),
  post('/my/trips/:trip/withdrawal', 'signedIn', trips.withdrawMine),
  get('/work/trips', SEES_HOURS, trips.index),
  get('/work/trips.csv', SEES_HOURS, trips.exportAll),
  post('/work/trips/approval', MANAGES_HOURS, trips.approve),
  get('/work/trips/rates', 'levels', trips.rates),
  post('/work/trips/rates', 'levels', trips.saveRate),
  post('/work/trips/rates/removal', 'levels', trips.removeRate),
  get('/work/trips/:trip', SEES_HOURS, trips.show),
  post('/work/trips/:trip/correction', MANAGES_HOURS, trips.correct, { page: '/work/trips/:trip' }),
  post('/work/trips/:trip/return', MANAGES_HOURS, trips.giveBack),
  post('/work/trips/:trip/reversal', MANAGES_HOURS, trips.reverse),
  get('/work/hours/:entry', SEES_HOURS, hours.show),
  post('/work/hours/:entry/level', MANAGES_HOURS, hours.setLevel),
  post('/work/hours/:entry/project', MANAGES_HOURS, hours.setProject),
  post('/work/hours/:entry/return', MANAGES_HOURS, hours.giveBack),
  post('/work/hours/:entry/reversal', MANAGES_HOURS, hours.reverse),

  // Centres and members (partners)
  get('/partners', ['moderation', 'association'], partners.index),
  post('/partners', 'association', partners.ask),
  get('/templates.json', 'anyone', centreTemplates.published),
  get('/partners/templates', 'moderation', centreTemplates.index),
  get('/partners/templates/new', 'moderation', centreTemplates.fresh),
  post('/partners/templates/new', 'moderation', centreTemplates.create),
  get('/partners/templates/:model', 'moderation', centreTemplates.edit),
  post('/partners/templates/:model', 'moderation', centreTemplates.save),
  get('/partners/templates/:model/removal', 'moderation', centreTemplates.askRemoval),
  post('/partners/templates/:model/removal', 'moderation', centreTemplates.remove),
  post('/partners/search', ['moderation', 'association'], partners.search),
  post('/partners/sources', 'moderation', partners.follow),
  get('/partners.csv', ['moderation', 'association'], partners.exportAll),
  get('/partners/:affiliation', ['moderation', 'association'], partners.show),
  post('/partners/:affiliation/acceptance', 'moderation', partners.accept),
  post('/partners/:affiliation/refusal', 'moderation', partners.refuse),
  post('/partners/:affiliation/pause', 'moderation', partners.pause, { page: '/partners/:affiliation' }),
  post('/partners/:affiliation/resumption', 'moderation', partners.resume, { page: '/partners/:affiliation' }),
  post('/partners/:affiliation/trust', 'moderation', partners.trust),
  post('/partners/:affiliation/notes', 'moderation', partners.note),
  get('/partners/:affiliation/history', 'moderation', memberHistory.index),
  get('/partners/:affiliation/history.csv', 'moderation', memberHistory.exportAll),
  post('/partners/:affiliation/exact-sums', 'association', partners.agreeExactSums),
  post('/partners/:affiliation/exact-sums/end', 'association', partners.endExactSums),
  get('/partners/:affiliation/end', ['moderation', 'association'], partners.askEnd),
  post('/partners/:affiliation/end', ['moderation', 'association'], partners.end),

  // Reading over members' offers (moderation)
  get('/moderation', 'moderation', moderation.index),
  post('/moderation', 'moderation', moderation.search),
  get('/moderation.csv', 'moderation', moderation.exportAll),
  post('/moderation/decisions', 'moderation', several.decide),
  post('/moderation/undo', 'moderation', undo),
  get('/moderation/towns', ['moderation', 'association'], towns.index),
  get('/moderation/towns/:town', ['moderation', 'association'], towns.show),
  post('/moderation/towns/:town', ['moderation', 'association'], towns.settle),
  post('/moderation/towns/:town/undo', ['moderation', 'association'], towns.reopen),
  get('/moderation/:item', 'moderation', moderation.show),
  get('/moderation/notes/:note/removal', 'moderation', teamNotes.askErasure),
  post('/moderation/notes/:note/removal', 'moderation', teamNotes.erase),
  post('/moderation/:item/notes', 'moderation', teamNotes.write),
  post('/moderation/:item/trust', 'moderation', partners.trustFromItem),
  post('/moderation/:item/taking', 'moderation', moderation.take),
  post('/moderation/:item/completion', 'moderation', complete),
  post('/moderation/:item/acceptance', 'moderation', moderation.accept),
  post('/moderation/:item/decision', 'moderation', moderation.decide),
  post('/moderation/:item/same', 'moderation', likeness.same),
  post('/moderation/:item/different', 'moderation', likeness.different),
  get('/moderation/:item/likewise', 'moderation', several.askLikewise),
  post('/moderation/:item/likewise', 'moderation', several.likewise),
  get('/moderation/:item/suspension', 'moderation', moderation.askSuspension),
  post('/moderation/:item/suspension', 'moderation', moderation.suspend),
  get('/moderation/:item/removal', 'moderation', moderation.askRemoval),
  post('/moderation/:item/removal', 'moderation', moderation.remove),

  // What visitors report about offers (reports)
  get('/reports', ['offers', 'moderation'], reportDesk.index),
  get('/reports/:report', ['offers', 'moderation'], reportDesk.show),
  post('/reports/:report/decision', ['offers', 'moderation'], reportDesk.decide),

  // Figures: own offers, members' offers (statistics)
  get('/work/statistics', 'offers', statistics.own),
  get('/work/statistics.csv', 'offers', statistics.exportOwn),
  get('/work/statistics/year', 'offers', yearOf.own),
  get('/work/statistics/year.csv', 'offers', yearOf.exportOwn),
  get('/work/statistics/year.pdf', 'offers', yearOf.pdfOfOwn),
  get('/statistics', 'moderation', statistics.members),
  get('/statistics.csv', 'moderation', statistics.exportMembers),
  get('/statistics/year', 'moderation', yearOf.members),
  get('/statistics/year.csv', 'moderation', yearOf.exportMembers),
  get('/statistics/year.pdf', 'moderation', yearOf.pdfOfMembers),

  // The operator's pages (operator)
  get('/operator', 'association', operator.health),
  post('/operator/events/retry', 'association', operator.retryAllEvents),
  post('/operator/events/:consumer/:event/retry', 'association', operator.retryEvent),
  get('/operator/events/:consumer/:event/removal', 'association', operator.askGiveUpEvent),
  post('/operator/events/:consumer/:event/removal', 'association', operator.giveUpEvent),
  get('/operator/trail', 'association', audit.index),
  post('/operator/trail', 'association', audit.search),
  get('/operator/trail.csv', 'association', audit.exportTrail),
  get('/operator/mails', 'association', operator.mails),
  get('/operator/mails.csv', 'association', operator.exportMails),
  post('/operator/mails/retry', 'association', operator.retryAllMails),
  get('/operator/mails/:mail', 'association', operator.mail),
  post('/operator/mails/:mail/retry', 'association', operator.retryMail),

  // The desk for personal data (privacy)
  get('/operator/privacy', 'association', privacyDesk.register),
  get('/operator/privacy.csv', 'association', privacyDesk.registerCsv),
  get('/operator/privacy/incidents', 'association', incidents.index),
  get('/operator/privacy/incidents.csv', 'association', incidents.csv),
  get('/operator/privacy/incidents/new', 'association', incidents.fresh),
  post('/operator/privacy/incidents/new', 'association', incidents.create),
  get('/operator/privacy/incidents/:incident', 'association', incidents.edit),
  post('/operator/privacy/incidents/:incident', 'association', incidents.save),
  get('/operator/privacy/requests', 'association', dataRequests.index),
  get('/operator/privacy/requests/:request', 'association', dataRequests.show),
  post('/operator/privacy/requests/:request', 'association', dataRequests.answer),

  // Other sites, and which of them are allowed (peers)
  get('/operator/federation', 'association', peers.index),
  post('/operator/federation', 'association', peers.search),
  get('/operator/federation.csv', 'association', peers.exportAll),
  get('/operator/federation/blocking', 'association', peers.askBlock),
  post('/operator/federation/blocking', 'association', peers.block),
  post('/operator/federation/blocking/site', 'association', peers.nameBlock),
  get('/operator/federation/members-only', 'association', peers.askMembersOnly),
  post('/operator/federation/members-only', 'association', peers.restrict),
  post('/operator/federation/members-only/end', 'association', peers.open),
  post('/operator/federation/members-only/sites', 'association', peers.add),
  get('/operator/federation/hosts/:host', 'association', peers.show),
  post('/operator/federation/hosts/:host/retry', 'association', peers.retry),
  get('/operator/federation/hosts/:host/removal', 'association', peers.askForget),
  post('/operator/federation/hosts/:host/removal', 'association', peers.forget),
  post('/operator/federation/hosts/:host/pause', 'association', peers.pause),
  post('/operator/federation/hosts/:host/resumption', 'association', peers.resume),
  get('/operator/federation/hosts/:host/unblocking', 'association', peers.askUnblock),
  post('/operator/federation/hosts/:host/unblocking', 'association', peers.unblock),
  post('/operator/federation/hosts/:host/listing', 'association', peers.allow),
  get('/operator/federation/hosts/:host/leaving-out', 'association', peers.askLeaveOut),
  post('/operator/federation/hosts/:host/leaving-out', 'association', peers.leaveOut),
  post('/operator/federation/activities/:activity/retry', 'association', peers.readAgain),
  get('/operator/federation/activities/:activity/removal', 'association', peers.askPutAside),
  post('/operator/federation/activities/:activity/removal', 'association', peers.putAside),
]

/** Where the form of a POST stands: the page of its own path, else of the nearest path above that has one. */
export function pageOfForm({ path, page }: Route): string {
  if (page) return page
  const hasPage = (above: string) => routes.some((route) => route.method === 'get' && route.path === above)
  let above = path
  while (above !== '' && !hasPage(above)) above = above.slice(0, above.lastIndexOf('/'))
  return above || '/'
}

/** The paths of the public routes, without a query. */
export function publicPaths(): RegExp {
  const paths = routes.filter(({ isPublic }) => isPublic).map(({ path }) => path.replaceAll(/:\w+/g, '[^/]+'))
  return new RegExp(`^(?:${paths.join('|')})/?$`, 'i')
}
