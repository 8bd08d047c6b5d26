// Mistakes in JavaScript that reading misses; its layout is prettier's.
module.exports = [
    {
        files: ["qbo_connector/static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {
                clearInterval: "readonly",
                document: "readonly",
                luxon: "readonly",
                odoo: "readonly",
                owl: "readonly",
                setInterval: "readonly",
                setTimeout: "readonly",
                window: "readonly",
            },
        },
        rules: {
            "consistent-return": "error",
            eqeqeq: "error",
            "no-console": "error",
            "no-undef": "error",
            "no-unused-vars": "error",
            "no-var": "error",
            "prefer-const": "error",
        },
    },
];
