/** `report.html`: one self-contained page from one result. Owns the order of its sections. */
import type { ExperimentResult } from '../run/result.ts';
import { type Markup, markup } from './_markup.ts';
import { page } from './page.ts';
import { gatesFigure } from './figures/gates.ts';
import { lossesFigure } from './figures/losses.ts';
import { matrixFigure } from './figures/matrix.ts';
import { paretoFigure } from './figures/pareto.ts';
import { persistenceFigure } from './figures/persistence.ts';
import { seriesFigure } from './figures/series.ts';
import { capabilitySection } from './sections/capability.ts';
import { functionalSection } from './sections/functional.ts';
import { literatureSection } from './sections/literature.ts';
import { allCellsSection, controlsSection, judgeSection, unmeasuredSection } from './sections/measurement.ts';
import { methodSection } from './sections/method.ts';
import { courses } from './facts.ts';
import { phasesSection } from './sections/phases.ts';
import { redTeamSection } from './sections/red-team.ts';
import { relapseSection } from './sections/relapse.ts';
import { reproducibilitySection } from './sections/reproducibility.ts';
import { transcriptsSection } from './sections/transcripts.ts';
import { verdictSection } from './sections/verdict.ts';
import { verdictSentences } from './verdict.ts';

const WHAT_SURVIVED = 'What survived';
const WHAT_FIRED = 'What sets it off';

export function reportHtml(result: ExperimentResult): string {
  const body = [
    verdictSection(result),
    contents(result),
    markup`<main>`,
    result.cells.length > 0 && curves(result),
    phasesSection(result),
    redTeamSection(result),
    relapseSection(result),
    methodSection(result),
    markup`<h2 id="implant">Did the implant take?</h2>`,
    gatesFigure(result),
    capabilitySection(result),
    functionalSection(result),
    literatureSection(result),
    training(result),
    transcriptsSection(result),
    controlsSection(result),
    judgeSection(result),
    unmeasuredSection(result),
    allCellsSection(result),
    reproducibilitySection(result),
    markup`</main><footer>Made by molehunt from the record of run ${result.run}. This organism is a research model with a harmless hidden behaviour; its weights are labelled as such.</footer>`,
  ];
  return page({ title: result.title, description: verdictSentences(result)[0] ?? '', body });
}

function curves(result: ExperimentResult): Markup {
  return markup`<h2 id="persistence">${result.implant.passed ? WHAT_SURVIVED : WHAT_FIRED}</h2>${persistenceFigure(result)}${matrixFigure(result)}${paretoFigure(result)}`;
}

function training(result: ExperimentResult): Markup | null {
  const drawing = lossesFigure(result);
  return drawing === null ? null : markup`<h2 id="training">Training</h2>${drawing}${seriesFigure(result)}`;
}

function contents(result: ExperimentResult): Markup {
  const links: readonly (readonly [string, string, boolean])[] = [
    ['persistence', result.implant.passed ? WHAT_SURVIVED : WHAT_FIRED, result.cells.length > 0],
    ['phases', 'Phases', courses(result).length > 0],
    ['redteam', 'Red team', result.redTeam.length > 0],
    ['relapse', 'Relapse', result.relapse.length > 0],
    ['method', 'Method', true],
    ['implant', 'Implant', true],
    ['capability', 'Capability', result.capability.length > 0],
    ['functional', 'Code', result.functional.length > 0],
    ['literature', 'Literature', literatureSection(result) !== null],
    ['training', 'Training', result.training.length > 0],
    ['transcripts', 'Transcripts', result.transcripts.length > 0],
    ['controls', 'Controls', result.controls.length > 0],
    ['judge', 'Judge', result.judge !== null],
    ['unmeasured', 'Unmeasured', true],
    ['reproducibility', 'Reproducibility', true],
  ];
  return markup`<nav aria-label="Contents"><ul>${links.filter(([, , there]) => there).map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}
