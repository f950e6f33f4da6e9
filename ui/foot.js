// The foot of the page has words only.

import { keepTranslated } from "./page.js";

export const start = ({ element }) => keepTranslated(element);
