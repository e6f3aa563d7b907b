/** The process of the load: takes a plan from its parent, answers with the result. */
import { type LoadPlan, runLoad } from './load.ts';

process.once('message', (plan: LoadPlan) => {
  runLoad(plan).then(
    (result) => process.send?.({ ok: true, result }, () => process.exit(0)),
    (error: Error) => process.send?.({ ok: false, error: error.message }, () => process.exit(1)),
  );
});
