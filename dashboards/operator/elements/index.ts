/** The elements of the operator's page. `app.ts` puts them together; `section.ts` is what all sections share, `parts.ts` small pieces. */
import { SpAgain } from './again.ts';
import { SpOperator } from './app.ts';
import { SpBacklog } from './backlog.ts';
import { SpBackups } from './backups.ts';
import { SpErasures } from './erasures.ts';
import { SpFreezes } from './freezes.ts';
import { SpLetter } from './letter.ts';
import { SpLetterActions } from './letter-actions.ts';
import { SpLetters } from './letters.ts';
import { SpLogin } from './login.ts';
import { SpOverview } from './overview.ts';
import { SpRetention } from './retention.ts';

/** Registers all elements. */
export function defineElements(registry: CustomElementRegistry): void {
  registry.define('sp-login', SpLogin);
  registry.define('sp-backlog', SpBacklog);
  registry.define('sp-overview', SpOverview);
  registry.define('sp-letter-actions', SpLetterActions);
  registry.define('sp-letters', SpLetters);
  registry.define('sp-letter', SpLetter);
  registry.define('sp-again', SpAgain);
  registry.define('sp-freezes', SpFreezes);
  registry.define('sp-erasures', SpErasures);
  registry.define('sp-retention', SpRetention);
  registry.define('sp-backups', SpBackups);
  registry.define('sp-operator', SpOperator);
}
