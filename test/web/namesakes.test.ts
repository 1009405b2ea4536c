// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, expect, it } from '@jest/globals'
import { becomeVolunteer } from '../../server/people/commands/add.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps } from '../support/app.ts'

afterEach(stopApps)

it('public 33: whoever is accepted is the known person of that mailbox, whichever name they typed first', async () => {
  const { deps, id } = await startApp()
  const of = (given_name: string, family_name: string) => {
    const input = { given_name, family_name, email: 'chloe@example.org', phone: '', locale: 'fr' }
    return transact(deps, (tx) => becomeVolunteer(tx, deps, input))
  }
  expect(await of('Chloé', 'Tremblay')).toBe(id('chloe'))
  expect(await of('TREMBLAY', 'Chloe')).toBe(id('chloe'))
  const compound = await of('Chloé', 'Tremblay-Roy')
  expect(compound).not.toBe(id('chloe'))
  expect(await of('Tremblay Roy', 'Chloé')).toBe(compound)
})
