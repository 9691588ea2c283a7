  {{ variable }} = {{ value }}
