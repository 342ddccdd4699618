// In place of the theme's Chart.js, 200 kB that every page of the admin would load: our charts are SVG.
